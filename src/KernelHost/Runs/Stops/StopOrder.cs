using KernelHost.Text;

namespace KernelHost.Runs.Stops;

/// <summary>What an operator has stopped, until somebody lifts it.</summary>
/// <param name="Id">The stop.</param>
/// <param name="Scope">What is stopped: <c>everything</c>, or <c>session</c>, <c>run</c>, <c>agent</c>, <c>plugin</c> or <c>tool</c>, a slash and its id or name.</param>
/// <param name="Reason">Why, in the operator's words.</param>
/// <param name="By">Who stopped it.</param>
/// <param name="At">When.</param>
public sealed record StopOrder(string Id, string Scope, string Reason, string By, DateTimeOffset At)
{
    /// <summary>The scope that holds everything.</summary>
    public const string Everything = "everything";

    /// <summary>What, by whom, when and why, in a sentence for people.</summary>
    public override string ToString() =>
        $"{Name(Scope)} was stopped by '{VisibleText.Escape(By)}' at {At.ToUniversalTime():yyyy-MM-dd HH:mm:ss}Z: {VisibleText.Escape(Reason)}";

    private static string Name(string scope) => scope == Everything ? "Everything"
        : scope.Split('/', 2) is [var kind, var name] ? $"{char.ToUpperInvariant(kind[0])}{kind[1..]} '{VisibleText.Escape(name)}'" : $"'{VisibleText.Escape(scope)}'";
}
