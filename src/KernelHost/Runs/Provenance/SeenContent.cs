namespace KernelHost.Runs.Provenance;

/// <summary>One thing that a model has read in a session, with its label. Refers to what the conversation holds; copies nothing.</summary>
/// <param name="Origin">What it is.</param>
/// <param name="Integrity">How far it may be trusted.</param>
/// <param name="Value">The text, or the result.</param>
/// <param name="CallId">The call that returned it; empty for words.</param>
/// <param name="Tool">The tool that was called, as <c>plugin/tool</c>; empty for words.</param>
internal readonly record struct SeenContent(SeenOrigin Origin, Integrity Integrity, object? Value, string CallId = "", string Tool = "")
{
    /// <summary>Whether people said it, to this run or to one above it.</summary>
    public bool IsOfPeople => Origin == SeenOrigin.Words && Integrity == Integrity.Trusted;
}

internal enum SeenOrigin
{
    /// <summary>A request, or something that was said to a run.</summary>
    Words,

    /// <summary>What a call returned, or failed with.</summary>
    Result,
}
