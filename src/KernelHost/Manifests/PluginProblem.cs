namespace KernelHost.Manifests;

/// <summary>One thing that is wrong with a plugin: where, what, and what to do.</summary>
/// <param name="Code">One of <see cref="ProblemCodes"/>; <c>docs/plugins.md</c> explains each.</param>
/// <param name="Message">What happened, the value in single quotes, what to do. Holds no type of the plugin and no secret of the host.</param>
public sealed record PluginProblem(string Code, string Message)
{
    /// <summary>The file at fault, if it is one.</summary>
    public string? File { get; init; }

    /// <summary>The line in <see cref="File"/>, counted from 1; 0 when unknown.</summary>
    public int Line { get; init; }

    /// <summary>The column in characters, counted from 1; 0 when unknown.</summary>
    public int Column { get; init; }

    /// <summary>The place in a JSON file, for example <c>$.tools[0].effect</c>.</summary>
    public string? JsonPath { get; init; }

    /// <summary>Whether the plugin loads in spite of it.</summary>
    /// <value><see langword="false"/></value>
    public bool IsWarning { get; init; }

    /// <summary>One line (the message may hold more) that starts with the place.</summary>
    public override string ToString()
    {
        var place = (File, Line) switch
        {
            (null, _) => "",
            (_, 0) => $"{File}: ",
            _ => $"{File}({Line},{Column}): ",
        };
        return $"{place}{(JsonPath is null ? "" : $"{JsonPath}: ")}{Message}";
    }
}
