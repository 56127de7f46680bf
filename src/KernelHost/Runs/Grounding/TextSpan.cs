namespace KernelHost.Runs.Grounding;

/// <summary>A place in a text, in UTF-16 units.</summary>
/// <param name="Start">Of the first.</param>
/// <param name="End">Behind the last.</param>
public readonly record struct TextSpan(int Start, int End)
{
    internal int Length => End - Start;

    internal bool Contains(int position) => position >= Start && position < End;

    internal string Of(string text) => text[Start..End];
}
