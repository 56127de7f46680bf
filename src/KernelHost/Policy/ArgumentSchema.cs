using System.Text.Json;

namespace KernelHost.Policy;

/// <summary>
/// Checks the arguments of a call against a tool's JSON Schema, so that a tool is never started with what it does not declare and
/// the model learns in one message how to correct the call.
/// </summary>
/// <remarks>
/// Immutable and safe for concurrent use. Understands <c>type</c>, <c>nullable</c>, <c>required</c>, <c>enum</c>, <c>const</c>,
/// <c>items</c>, <c>properties</c>, <c>additionalProperties</c> (at the top <see langword="false"/> unless it says otherwise),
/// <c>minimum</c>, <c>maximum</c> and their exclusive forms, <c>minLength</c>, <c>maxLength</c>, <c>minItems</c>, <c>maxItems</c> and
/// <c>pattern</c>. Other keywords are ignored: a check here is a help, the tool still judges its own input.
/// </remarks>
public sealed class ArgumentSchema
{
    private readonly SchemaNode _root;

    private ArgumentSchema(SchemaNode root) => _root = root;

    /// <summary>Prepares a schema.</summary>
    /// <param name="schema">A JSON Schema of type <c>object</c>. Need not outlive the call.</param>
    /// <exception cref="FormatException">A keyword holds what it cannot hold, a pattern is not a regular expression, or an argument's name starts with <c>$</c>.</exception>
    public static ArgumentSchema Compile(JsonElement schema)
    {
        var root = SchemaReader.Read(schema);
        return Array.Find(root.Members, member => member.Name.StartsWith('$')) is { Name: { } reserved }
            ? throw new FormatException($"The JSON Schema declares the argument '{reserved}', but names that start with '$' are reserved for the host. Rename it.")
            : new ArgumentSchema(root);
    }

    /// <summary>Checks the arguments of a call. Allocates nothing for plain arguments without fault.</summary>
    /// <param name="arguments">What the model delivered; <see langword="null"/> counts as no arguments.</param>
    /// <returns><see langword="null"/> when a call may be made with them, else one message for the model that lists all faults.</returns>
    public string? Check(IDictionary<string, object?>? arguments)
    {
        List<Fault>? faults = null;
        var found = 0;
        foreach (var member in _root.Members)
        {
            object? value = null;
            if (arguments?.TryGetValue(member.Name, out value) == true)
            {
                found++;
                var start = faults?.Count ?? 0;
                SchemaCheck.Check(member.Schema, value, ref faults);
                Fault.Within(faults, start, member.Name);
            }
            else if (member.IsRequired)
            {
                Fault.Add(ref faults, $"is missing ({member.Schema.TypeNames}).", member.Name);
            }
        }

        if (arguments is not null && found < arguments.Count)
        {
            CheckUndeclared(arguments, ref faults);
        }

        return faults is null ? null : Fault.Join(faults);
    }

    private void CheckUndeclared(IDictionary<string, object?> arguments, ref List<Fault>? faults)
    {
        foreach (var (name, value) in arguments)
        {
            if (_root.Declares(name))
            {
                continue;
            }

            if (name.StartsWith('$'))
            {
                Fault.Add(ref faults, "is reserved for the host; leave it out.", name);
            }
            else if (_root.Additional is { } schema)
            {
                var start = faults?.Count ?? 0;
                SchemaCheck.Check(schema, value, ref faults);
                Fault.Within(faults, start, name);
            }
            else
            {
                Fault.Add(ref faults, _root.ExplainUnknown(name), name);
            }
        }
    }
}
