namespace KernelHost.Memory.Records;

/// <summary>Whether a schema makes sense, and whether two of them are the same.</summary>
public static class RecordSchemas
{
    /// <summary>Refuses a schema that makes no sense.</summary>
    /// <exception cref="ArgumentException">A name is empty or used twice, or a setting does not fit its field.</exception>
    public static void Check(RecordSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        CheckNames("field", schema.Fields.Select(static field => field.Name));
        CheckNames("vector", schema.Vectors.Select(static vector => vector.Name));
        foreach (var field in schema.Fields)
        {
            if (field.Name == RecordFilter.Key)
            {
                throw new ArgumentException($"A field cannot be named '{RecordFilter.Key}': that is the key in filters. Name it otherwise.");
            }

            if (field.SearchWeight is < 0 or > 100 || (field.SearchWeight > 0 && field.Type != RecordFieldType.Text))
            {
                throw new ArgumentException($"The field '{field.Name}' cannot be searched with the weight {field.SearchWeight}: only texts are searched, with weights from 1 to 100.");
            }

            if (field.IsTenant && (field.Type != RecordFieldType.Text || field.IsList || schema.TenantField != field))
            {
                throw new ArgumentException($"The field '{field.Name}' cannot separate tenants: that takes one text field that is not a list.");
            }
        }

        if (schema.Vectors.FirstOrDefault(static vector => vector.Dimensions < 1) is { } flat)
        {
            throw new ArgumentException($"The vector '{flat.Name}' has {flat.Dimensions} dimensions. It needs at least one.");
        }
    }

    /// <summary>
    /// In what a collection's schema differs from the one that is asked for; <see langword="null"/> when they are the same. The order of fields, and which of
    /// them are quick to filter by, make no difference to what a collection holds.
    /// </summary>
    public static string? Difference(RecordSchema present, RecordSchema asked)
    {
        ArgumentNullException.ThrowIfNull(present);
        ArgumentNullException.ThrowIfNull(asked);
        if (present.Key != asked.Key)
        {
            return $"its keys are '{present.Key}', not '{asked.Key}'";
        }

        return Difference("field", present.Fields.ToDictionary(static field => field.Name, static field => field with { IsIndexed = false }),
                asked.Fields.ToDictionary(static field => field.Name, static field => field with { IsIndexed = false }))
            ?? Difference("vector", present.Vectors.ToDictionary(static vector => vector.Name), asked.Vectors.ToDictionary(static vector => vector.Name));
    }

    private static string? Difference<T>(string kind, Dictionary<string, T> present, Dictionary<string, T> asked)
        where T : class
    {
        foreach (var (name, one) in asked)
        {
            if (!present.TryGetValue(name, out var other))
            {
                return $"it has no {kind} '{name}'";
            }

            if (!one.Equals(other))
            {
                return $"its {kind} is '{other}', not '{one}'";
            }
        }

        return present.Keys.Except(asked.Keys).FirstOrDefault() is { } more ? $"it has a {kind} '{more}' besides" : null;
    }

    private static void CheckNames(string kind, IEnumerable<string> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (string.IsNullOrEmpty(name) || !seen.Add(name))
            {
                throw new ArgumentException($"The name '{name}' of a {kind} is empty or used twice. Give each {kind} a name of its own.");
            }
        }
    }
}
