namespace KernelHost.Runs.Stops;

/// <summary>How a scope is written.</summary>
internal static class StopScope
{
    public static readonly string[] Kinds = ["session", "run", "agent", "plugin", "tool"];

    public static string Session(string id) => "session/" + id;

    public static string Run(string id) => "run/" + id;

    public static string Agent(string name) => "agent/" + name;

    public static string Plugin(string id) => "plugin/" + id;

    public static string Tool(string qualifiedName) => "tool/" + qualifiedName;

    public static bool IsValid(string scope) =>
        scope == StopOrder.Everything || (scope.Split('/', 2) is [var kind, { Length: > 0 }] && Kinds.Contains(kind));
}
