using KernelHost.Catalog;
using KernelHost.Loading;
using KernelHost.Text;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;

namespace KernelHost.Tests.Runs.Support;

/// <summary>Tools made of lambdas, with the identity a plugin would give them.</summary>
internal static class TestTools
{
    /// <summary>A tool whose result reaches the host as it is.</summary>
    public static Tool Raw(string name, ToolEffect effect, Func<object?> body) => Create(name, effect, () => new ValueTask<object?>(body()), raw: true);

    public static Tool Create(
        string name, ToolEffect effect, Delegate body, string contentHash = "c0ffee", bool egress = false, bool raw = false,
        TimeSpan? timeout = null, bool usesModel = false, Delegate? outcome = null, Delegate? compensation = null,
        Integrity result = Integrity.Untrusted, IReadOnlyDictionary<string, ArgumentRole>? roles = null)
    {
        var function = AIFunctionFactory.Create(body, new AIFunctionFactoryOptions
        {
            Name = name,
            Description = $"The tool {name}.",
            ConfigureParameterBinding = parameter => parameter.ParameterType == typeof(ToolContext)
                ? new AIFunctionFactoryOptions.ParameterBindingOptions { ExcludeFromSchema = true, BindParameter = (_, arguments) => arguments[ToolInvocation.ContextKey] }
                : default,
            MarshalResult = (value, type, _) => ValueTask.FromResult(raw || value is IReadOnlyList<Passage> || value is string || value is null
                ? value
                : System.Text.Json.JsonSerializer.SerializeToElement(value, value.GetType(), System.Text.Json.JsonSerializerOptions.Web)),
        });
        return new Tool
        {
            PluginId = "test",
            PluginVersion = "1.0.0",
            ContentHash = contentHash,
            Name = name,
            ModelName = $"test-{name}",
            Description = function.Description,
            Parameters = function.JsonSchema,
            SchemaHash = CanonicalJson.Hash(function.JsonSchema),
            Effect = effect,
            Egress = egress,
            Timeout = timeout,
            ResultIntegrity = result,
            Roles = roles ?? new Dictionary<string, ArgumentRole>(),
            UsesModel = usesModel,
            OutcomeCheck = outcome is null ? null : Create($"{name}-outcome", ToolEffect.Read, outcome, raw: true).Function,
            Compensation = compensation is null ? null : Create($"{name}-compensation", ToolEffect.Idempotent, compensation, raw: true).Function,
            Function = function.AsKernelFunction(),
        };
    }
}
