using KernelHost.Catalog;
using KernelHost.Text;

namespace KernelHost.Policy;

/// <summary>A policy as written: rules over calls, with examples. It decides after <see cref="Bind"/> has checked it against real tools.</summary>
/// <remarks>Immutable and safe for concurrent use.</remarks>
public sealed class PolicyDocument
{
    internal static readonly PolicyDefaults StandardDefaults = new(reads: Verdict.Allow, effects: Verdict.Ask, egress: Verdict.Ask);

    internal PolicyDocument(string source, IReadOnlyList<PolicyRule> rules, IReadOnlyList<PolicyTest> tests, PolicyDefaults defaults, string version)
    {
        Source = source;
        Rules = rules;
        Tests = tests;
        Defaults = defaults;
        Version = version;
    }

    /// <summary>The policy without rules: reads run, effects and egress ask, the undeclared is denied.</summary>
    public static PolicyDocument Default => field ??= Parse("version: 1", "default");

    /// <summary>The path or name it was read from.</summary>
    public string Source { get; }

    /// <summary>
    /// Lower-case hexadecimal SHA-256 over the canonical content. Comments and layout do not change it; everything else does,
    /// examples included.
    /// </summary>
    public string Version { get; }

    internal IReadOnlyList<PolicyRule> Rules { get; }

    internal IReadOnlyList<PolicyTest> Tests { get; }

    internal PolicyDefaults Defaults { get; }

    /// <summary>Reads a policy.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="source">Its path or name, for messages.</param>
    /// <exception cref="PolicyException">The form is wrong; all errors at once.</exception>
    public static PolicyDocument Parse(string yaml, string source)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        ArgumentException.ThrowIfNullOrEmpty(source);
        return Read(yaml, new SourceErrors(source));
    }

    /// <summary>Reads a policy file.</summary>
    /// <param name="path">A UTF-8 file of at most 1 MB.</param>
    /// <exception cref="PolicyException">The file cannot be read or its form is wrong; all errors at once.</exception>
    public static PolicyDocument Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var errors = new SourceErrors(path);
        return Read(YamlReader.ReadFile(path, errors), errors);
    }

    /// <summary>Checks every name and every example against the tools and prepares the decision for each of them.</summary>
    /// <param name="tools">The whole catalog. A tool outside it is denied, and a rule about a tool outside it is an error.</param>
    /// <param name="agents">The names of all agents, to check <c>agents:</c>; <see langword="null"/> leaves these names unchecked.</param>
    /// <param name="approvers">The people who may answer, to check <c>approval:</c>; <see langword="null"/> leaves roles unchecked.</param>
    /// <exception cref="PolicyException">A name is unknown, a rule can never decide, or an example fails; all errors at once.</exception>
    public BoundPolicy Bind(IReadOnlyCollection<Tool> tools, IReadOnlyCollection<string>? agents = null, Approvers? approvers = null)
    {
        ArgumentNullException.ThrowIfNull(tools);
        return new PolicyBinder(this, tools, agents, approvers).Bind();
    }

    private static PolicyDocument Read(string? yaml, SourceErrors errors)
    {
        var root = yaml is null ? null : YamlReader.Read(yaml, errors);
        var document = root is null ? null : new PolicyReader(errors).Read(root);
        return errors.Any || document is null ? throw new PolicyException(errors.File, errors.Sorted()) : document;
    }
}
