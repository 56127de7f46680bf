using KernelHost.Catalog;

namespace KernelHost.Policy;

/// <summary>What holds for a call that no rule matches.</summary>
internal sealed class PolicyDefaults(Verdict reads, Verdict effects, Verdict egress, Verdict agents = Verdict.Allow, Verdict untrusted = Verdict.Ask)
{
    public static readonly Decision Undeclared = new(Verdict.Deny, "default:undeclared", "The tool is not in the catalog that the policy was checked against.");

    private readonly Decision _reads = new(reads, "default:reads", $"No rule matches; a tool that only reads {Phrase(reads)}.");
    private readonly Decision _effects = new(effects, "default:effects", $"No rule matches; a tool with an effect {Phrase(effects)}.");
    private readonly Decision _egress = new(egress, "default:egress", $"No rule matches; a tool that sends data out {Phrase(egress)}.");
    private readonly Decision _agents = new(agents, "default:agents", $"No rule matches; another agent {Phrase(agents)}, and what it does is decided call by call.");

    /// <summary>The least that happens to a call with an effect, or from which data leaves, whose control arguments were filled from untrusted content.</summary>
    public Verdict Untrusted { get; } = untrusted;

    /// <summary>The stricter of the two that apply to a tool which has an effect and sends data out.</summary>
    public Decision For(Tool tool)
    {
        if (tool.Agent is not null)
        {
            return _agents;
        }

        var effect = tool.Effect == ToolEffect.Read ? _reads : _effects;
        return tool.Egress && _egress.Verdict >= effect.Verdict ? _egress : effect;
    }

    private static string Phrase(Verdict verdict) => verdict switch
    {
        Verdict.Allow => "is allowed",
        Verdict.Ask => "asks a person first",
        _ => "is denied",
    };
}
