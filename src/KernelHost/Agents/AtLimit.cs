namespace KernelHost.Agents;

/// <summary>What a run does when its limit leaves no room for another model call.</summary>
public enum AtLimit
{
    /// <summary>It answers with what is known.</summary>
    WrapUp,

    /// <summary>It goes on with a cheaper model as long as that one's calls fit, then answers with what is known.</summary>
    CheaperModel,

    /// <summary>It asks a person for more, waits for the answer, and wraps up when there is none or it is no.</summary>
    Ask,
}
