namespace KernelHost.Runs.State;

/// <summary>Marks a field of the folded state that a snapshot leaves out: it is no part of the fold, or is folded from the events when it is needed.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
internal sealed class NotInSnapshotAttribute : Attribute;
