using KernelHost.Memory.Records;

namespace KernelHost.Memory.Recall;

/// <summary>How memories stand in a store.</summary>
internal static class MemoryItemSchema
{
    public const string Tenant = "tenant";
    public const string Scope = "scope";
    public const string Owner = "owner";
    public const string Text = "text";
    public const string Integrity = "integrity";
    public const string SavedBy = "savedBy";
    public const string Agent = "agent";
    public const string Session = "session";
    public const string Run = "run";
    public const string Call = "call";
    public const string SavedAt = "savedAt";
    public const string Vector = "embedding";

    public static RecordSchema Create(int dimensions) => new()
    {
        Fields =
        [
            new(Tenant, RecordFieldType.Text) { IsIndexed = true, IsTenant = true },
            new(Scope, RecordFieldType.Text) { IsIndexed = true },
            new(Owner, RecordFieldType.Text) { IsIndexed = true },
            new(Text, RecordFieldType.Text) { SearchWeight = 1 },
            new(Integrity, RecordFieldType.Text),
            new(SavedBy, RecordFieldType.Text) { IsIndexed = true },
            new(Agent, RecordFieldType.Text) { IsIndexed = true },
            new(Session, RecordFieldType.Text) { IsIndexed = true },
            new(Run, RecordFieldType.Text),
            new(Call, RecordFieldType.Text),
            new(SavedAt, RecordFieldType.Time) { IsIndexed = true },
        ],
        Vectors = [new(Vector, dimensions)],
    };

    public static Record ToRecord(MemoryItem item, ReadOnlyMemory<float> vector) => new(item.Id)
    {
        Fields = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [Tenant] = item.Tenant ?? MemoryOwner.NoTenant,
            [Scope] = Name(item.Scope),
            [Owner] = item.Owner,
            [Text] = item.Text,
            [Integrity] = item.Integrity.ToString(),
            [SavedBy] = item.SavedBy,
            [Agent] = item.Agent,
            [Session] = item.SessionId,
            [Run] = item.RunId,
            [Call] = item.CallId,
            [SavedAt] = item.SavedAt,
        },
        Vectors = new Dictionary<string, ReadOnlyMemory<float>>(StringComparer.Ordinal) { [Vector] = vector },
    };

    public static MemoryItem FromRecord(Record record) => new((string)record.Key, Enum.Parse<MemoryScope>((string)record[Scope]!, ignoreCase: true), (string)record[Owner]!, (string)record[Text]!)
    {
        Tenant = (string)record[Tenant]! is var tenant && tenant != MemoryOwner.NoTenant ? tenant : null,
        Integrity = Enum.Parse<Integrity>((string)record[Integrity]!),
        SavedBy = (string)record[SavedBy]!,
        Agent = (string)record[Agent]!,
        SessionId = (string)record[Session]!,
        RunId = (string)record[Run]!,
        CallId = (string)record[Call]!,
        SavedAt = (DateTimeOffset)record[SavedAt]!,
    };

    public static string Name(MemoryScope scope) => scope.ToString().ToLowerInvariant();
}
