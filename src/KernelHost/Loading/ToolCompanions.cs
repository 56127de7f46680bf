using System.Reflection;
using KernelHost.Manifests;
using KernelHost.Text;
using Microsoft.SemanticKernel;

namespace KernelHost.Loading;

/// <summary>Finds the methods that stand by a tool and are none themselves: those that tell what became of a call, and those that undo one.</summary>
internal static class ToolCompanions
{
    /// <summary>The tools with their companions; what is wrong with a companion, or with a tool that lacks one, is added to the problems.</summary>
    /// <param name="tools">All tools of the plugin.</param>
    /// <param name="types">The classes that hold them.</param>
    /// <param name="problems">Everything wrong so far.</param>
    public static List<ToolMethod> Attach(List<ToolMethod> tools, IReadOnlyList<Type> types, List<PluginProblem> problems)
    {
        HashSet<string> attempted = new(StringComparer.Ordinal);
        foreach (var (method, type) in types.SelectMany(type => Methods(type).Select(method => (method, type))))
        {
            if (method.GetCustomAttribute<OutcomeOfAttribute>(inherit: true) is { } outcome && Find(outcome.Tool, "tell the outcome of", OutcomeRefusal) is { } checkedTool)
            {
                tools[checkedTool] = tools[checkedTool] with
                {
                    Manifest = tools[checkedTool].Manifest with { OutcomeCheck = true },
                    OutcomeCheck = Companion($"outcome_of_{outcome.Tool}", checkedTool),
                };
            }

            if (method.GetCustomAttribute<CompensationOfAttribute>(inherit: true) is { } compensation)
            {
                attempted.Add(compensation.Tool);
                if (Find(compensation.Tool, "undo", CompensationRefusal) is { } undoneTool)
                {
                    tools[undoneTool] = tools[undoneTool] with
                    {
                        Manifest = tools[undoneTool].Manifest with { Compensation = true },
                        Compensation = Companion($"compensation_of_{compensation.Tool}", undoneTool),
                    };
                }
            }

            int? Find(string name, string what, Func<MethodInfo, ToolMethod, string?> refuse)
            {
                var index = tools.FindIndex(tool => tool.Manifest.Name == name);
                if ((index < 0 ? Unknown(name, tools) : Refusal(method) ?? refuse(method, tools[index])) is not { } refusal)
                {
                    return index;
                }

                problems.Add(new PluginProblem(ProblemCodes.ToolCompanion, $"'{type.FullName}.{method.Name}' cannot {what} '{name}': {refusal}"));
                return null;
            }

            ToolMethod Companion(string name, int tool) => new(method, type, tools[tool].Manifest with { Name = name });
        }

        problems.AddRange(tools.Where(tool => tool.Manifest.Effect == ToolEffect.Compensable && tool.Compensation is null && !attempted.Contains(tool.Manifest.Name)).Select(Missing));
        return tools;
    }

    private static IEnumerable<MethodInfo> Methods(Type type) =>
        type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static).OrderBy(method => method.MetadataToken);

    private static string Unknown(string tool, List<ToolMethod> tools) =>
        $"the plugin has no such tool.{NearestName.Hint(tool, tools.Select(other => other.Manifest.Name))}";

    private static PluginProblem Missing(ToolMethod tool) => new(
        ProblemCodes.ToolCompanion,
        $"'{tool.DeclaredBy.FullName}.{tool.Method.Name}' declares '{tool.Manifest.Name}' compensable, and no method can undo it. Mark one with [CompensationOf(\"{tool.Manifest.Name}\")], or declare the effect 'once'.");

    private static string? Refusal(MethodInfo method) => method.IsDefined(typeof(KernelFunctionAttribute), inherit: true)
        ? "it is a tool itself, which a model may call. Remove its [KernelFunction]."
        : ToolMethod.Refusal(method);

    private static string? OutcomeRefusal(MethodInfo method, ToolMethod tool)
    {
        if (tool.OutcomeCheck is { } other)
        {
            return Already(other);
        }

        if (tool.Manifest.Effect is not (ToolEffect.Once or ToolEffect.Compensable))
        {
            return $"the tool's effect is '{ManifestShape.NameOf(tool.Manifest.Effect)}', so the host makes the call again and asks nobody. Remove the method, or correct the effect.";
        }

        return method.ReturnType != typeof(CallOutcome) && method.ReturnType != typeof(Task<CallOutcome>) && method.ReturnType != typeof(ValueTask<CallOutcome>)
            ? $"it returns '{method.ReturnType.Name}'. Return a CallOutcome, or a task of one."
            : Strange(method, tool, besides: null);
    }

    private static string? CompensationRefusal(MethodInfo method, ToolMethod tool) =>
        tool.Compensation is { } other ? Already(other)
        : tool.Manifest.Effect != ToolEffect.Compensable
            ? $"the tool's effect is '{ManifestShape.NameOf(tool.Manifest.Effect)}'. Remove the method, or declare the effect 'compensable'."
        : Strange(method, tool, besides: "result");

    private static string Already(ToolMethod other) => $"'{other.DeclaredBy.FullName}.{other.Method.Name}' does already. Keep one.";

    private static string? Strange(MethodInfo method, ToolMethod tool, string? besides)
    {
        var known = tool.Method.GetParameters();
        return method.GetParameters().FirstOrDefault(parameter => !ToolMethod.IsProvided(parameter.ParameterType)
            && !known.Any(argument => argument.Name == parameter.Name && argument.ParameterType == parameter.ParameterType)
            && (parameter.Name != besides || known.Any(argument => argument.Name == besides))) is { } strange
            ? $"its parameter '{strange.Name}' is none of the tool's. Take the tool's parameters by name and type{(besides is null ? "" : $" and '{besides}'")}, or leave them out."
            : null;
    }
}
