namespace KernelHost.Runs.Approvals;

/// <summary>Who answers, as far as it matters.</summary>
/// <param name="Roles">His roles; <see langword="null"/> on a host that knows no approvers.</param>
/// <param name="IsRequester">Whether the run works for himself.</param>
internal sealed record ApproverIdentity(IReadOnlyList<string>? Roles, bool IsRequester);
