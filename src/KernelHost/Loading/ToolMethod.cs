using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using KernelHost.Manifests;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.SemanticKernel;

namespace KernelHost.Loading;

/// <summary>A <c>[KernelFunction]</c> method and what its attributes declare.</summary>
internal sealed record ToolMethod(MethodInfo Method, Type DeclaredBy, ToolManifest Manifest)
{
    /// <summary>Tells what became of a call; <see langword="null"/> when the plugin cannot.</summary>
    public ToolMethod? OutcomeCheck { get; init; }

    /// <summary>Undoes a call; <see langword="null"/> when the plugin cannot.</summary>
    public ToolMethod? Compensation { get; init; }

    // Top level and nested: what the method would ignore is refused instead, so that a model learns of its misspelling.
    private static readonly AIJsonSchemaCreateOptions SchemaOptions = new()
    {
        IncludeParameter = parameter => !IsProvided(parameter.ParameterType),
        TransformOptions = new AIJsonSchemaTransformOptions { DisallowAdditionalProperties = true },
    };

    /// <summary>The methods of a class that are tools, public or not as in Semantic Kernel, in a stable order.</summary>
    public static IEnumerable<MethodInfo> Of(Type type) => type
        .GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static)
        .Where(method => method.IsDefined(typeof(KernelFunctionAttribute), inherit: true))
        .OrderBy(method => method.MetadataToken);

    /// <summary>Reads the attributes of a method.</summary>
    /// <returns>The tool, or why the method cannot be one.</returns>
    public static (ToolMethod? Tool, PluginProblem? Problem) Read(MethodInfo method, Type declaredBy, JsonSerializerOptions options)
    {
        var display = $"{declaredBy.FullName}.{method.Name}";
        if (Refusal(method) is { } refusal)
        {
            return (null, new PluginProblem(ProblemCodes.ToolSignature, $"'{display}' cannot be a tool: {refusal}"));
        }

        var name = NameOf(method);
        JsonElement parameters;
        try
        {
            parameters = AIJsonUtilities.CreateFunctionJsonSchema(method, title: "", description: "", options, SchemaOptions);
        }
        catch (Exception exception) when (exception is NotSupportedException or InvalidOperationException or ArgumentException)
        {
            return (null, new PluginProblem(ProblemCodes.ToolSignature,
                $"'{display}' cannot be a tool: no JSON schema can be made of its parameters ({exception.Message}). Use types that System.Text.Json serialises."));
        }

        var effect = method.GetCustomAttribute<EffectAttribute>(inherit: true);
        return (new ToolMethod(method, declaredBy, new ToolManifest
        {
            Name = name,
            Description = method.GetCustomAttribute<DescriptionAttribute>(inherit: true)?.Description is { Length: > 0 } text ? text : Words(name),
            Effect = effect?.Effect ?? ToolEffect.Once,
            Egress = effect?.Egress ?? false,
            ResultIntegrity = effect?.ResultIntegrity ?? Integrity.Untrusted,
            TimeoutSeconds = effect is null or { TimeoutSeconds: 0 } ? null : effect.TimeoutSeconds,
            Parameters = parameters,
            Roles = method.GetParameters().Where(parameter => !IsProvided(parameter.ParameterType)).ToDictionary(
                parameter => parameter.Name!,
                parameter => parameter.GetCustomAttribute<RoleAttribute>(inherit: true)?.Role ?? ArgumentRole.Control,
                StringComparer.Ordinal),
        }), null);
    }

    /// <summary>Whether the host fills the parameter; the model neither sees nor sets it.</summary>
    public static bool IsProvided(Type type) =>
        type == typeof(ToolContext) || type == typeof(CancellationToken) || type == typeof(ILogger) || type == typeof(ILoggerFactory)
        || type == typeof(IServiceProvider) || type == typeof(CultureInfo) || type == typeof(IFormatProvider);

    // The one rule for names: what [KernelFunction("...")] says, else the method's name without Async, in snake_case.
    private static string NameOf(MethodInfo method)
    {
        if (method.GetCustomAttribute<KernelFunctionAttribute>(inherit: true)?.Name?.Trim() is { Length: > 0 } given)
        {
            return given;
        }

        var name = method.Name;
        var isAsync = typeof(Task).IsAssignableFrom(method.ReturnType)
            || method.ReturnType == typeof(ValueTask)
            || (method.ReturnType.IsGenericType && method.ReturnType.GetGenericTypeDefinition() is var generic
                && (generic == typeof(ValueTask<>) || generic == typeof(IAsyncEnumerable<>)));
        return JsonNamingPolicy.SnakeCaseLower.ConvertName(
            isAsync && name.Length > 5 && name.EndsWith("Async", StringComparison.Ordinal) ? name[..^5] : name);
    }

    private static string Words(string name) =>
        char.ToUpperInvariant(name[0]) + name[1..].Replace('_', ' ') + ".";

    /// <summary>Why the host cannot invoke the method, or <see langword="null"/>.</summary>
    public static string? Refusal(MethodInfo method)
    {
        if (method.IsGenericMethodDefinition || method.ContainsGenericParameters)
        {
            return "it is generic. Give it concrete types.";
        }

        foreach (var parameter in method.GetParameters())
        {
            var type = parameter.ParameterType;
            if (type == typeof(Kernel) || type == typeof(KernelArguments) || typeof(KernelFunction).IsAssignableFrom(type)
                || type == typeof(AIFunctionArguments) || parameter.GetCustomAttribute<FromKernelServicesAttribute>() is not null)
            {
                return $"its parameter '{parameter.Name}' asks for the host's kernel ('{type.Name}'), through which a plugin would reach the tools of others. " +
                    "Remove it; take services from the plugin's own container through the constructor.";
            }

            if (type.IsByRef || type.IsPointer || type.IsByRefLike)
            {
                return $"its parameter '{parameter.Name}' is passed by reference. Take it by value.";
            }

            if (string.IsNullOrEmpty(parameter.Name))
            {
                return "a parameter has no name. Name it.";
            }
        }

        return method.ReturnType.IsByRef || method.ReturnType.IsPointer || method.ReturnType.IsByRefLike
            ? "it returns a reference. Return a value."
            : null;
    }
}
