using System.Reflection;
using KernelHost.Manifests;
using KernelHost.Text;

namespace KernelHost.Loading;

/// <summary>Finds the methods that stand by a tool and are none themselves: today those that tell what became of a call.</summary>
internal static class ToolCompanions
{
    /// <summary>The tools with their companions; what is wrong with a companion is added to the problems.</summary>
    /// <param name="tools">All tools of the plugin.</param>
    /// <param name="types">The classes that hold them.</param>
    /// <param name="problems">Everything wrong so far.</param>
    public static List<ToolMethod> Attach(List<ToolMethod> tools, IReadOnlyList<Type> types, List<PluginProblem> problems)
    {
        foreach (var (method, type) in types.SelectMany(type => Methods(type).Select(method => (method, type))))
        {
            if (method.GetCustomAttribute<OutcomeOfAttribute>(inherit: true) is not { } companion)
            {
                continue;
            }

            var display = $"{type.FullName}.{method.Name}";
            var index = tools.FindIndex(tool => tool.Manifest.Name == companion.Tool);
            if ((index < 0 ? Unknown(companion.Tool, tools) : Refusal(method, tools[index])) is { } refusal)
            {
                problems.Add(new PluginProblem(ProblemCodes.ToolCompanion, $"'{display}' cannot tell the outcome of '{companion.Tool}': {refusal}"));
                continue;
            }

            var tool = tools[index];
            tools[index] = tool with
            {
                Manifest = tool.Manifest with { OutcomeCheck = true },
                OutcomeCheck = new ToolMethod(method, type, tool.Manifest with { Name = $"outcome_of_{companion.Tool}" }),
            };
        }

        return tools;
    }

    private static IEnumerable<MethodInfo> Methods(Type type) =>
        type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static).OrderBy(method => method.MetadataToken);

    private static string Unknown(string tool, List<ToolMethod> tools) =>
        $"the plugin has no such tool.{NearestName.Hint(tool, tools.Select(other => other.Manifest.Name))}";

    private static string? Refusal(MethodInfo method, ToolMethod tool)
    {
        if (tool.OutcomeCheck is { } other)
        {
            return $"'{other.DeclaredBy.FullName}.{other.Method.Name}' does already. Keep one.";
        }

        if (tool.Manifest.Effect is not (ToolEffect.Once or ToolEffect.Compensable))
        {
            return $"the tool's effect is '{ManifestShape.NameOf(tool.Manifest.Effect)}', so the host makes the call again and asks nobody. Remove the method, or correct the effect.";
        }

        if (method.ReturnType != typeof(CallOutcome) && method.ReturnType != typeof(Task<CallOutcome>) && method.ReturnType != typeof(ValueTask<CallOutcome>))
        {
            return $"it returns '{method.ReturnType.Name}'. Return a CallOutcome, or a task of one.";
        }

        var known = tool.Method.GetParameters();
        return method.GetParameters().FirstOrDefault(parameter => !ToolMethod.IsProvided(parameter.ParameterType)
            && !known.Any(argument => argument.Name == parameter.Name && argument.ParameterType == parameter.ParameterType)) is { } strange
            ? $"its parameter '{strange.Name}' is none of the tool's. Take the tool's parameters by name and type, or leave them out."
            : null;
    }
}
