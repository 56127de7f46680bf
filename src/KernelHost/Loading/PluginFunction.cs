using System.Text.Json;
using KernelHost.Manifests;
using Microsoft.SemanticKernel;

namespace KernelHost.Loading;

/// <summary>
/// The host's side of a tool. Semantic Kernel sees a method of this class, never one of the plugin, so none of its caches keeps the
/// plugin alive; arguments are read straight from the dictionary of the call.
/// </summary>
internal sealed class PluginFunction
{
    private readonly PluginBoundary _boundary;
    private readonly string _name;
    private ToolBinding? _binding;

    public PluginFunction(ToolManifest tool, ToolBinding binding, PluginBoundary boundary)
    {
        (_name, _binding, _boundary) = (tool.Name, binding, boundary);
        Function = KernelFunctionFactory.CreateFromMethod(InvokeAsync, new KernelFunctionFromMethodOptions
        {
            FunctionName = tool.Name,
            Description = tool.Description,
            Parameters = Parameters(tool.Parameters),
        });
    }

    /// <summary>What the kernel invokes. Its value is a string, a <see cref="JsonElement"/> or <see langword="null"/>.</summary>
    public KernelFunction Function { get; }

    /// <summary>Lets go of the plugin; a call that comes later fails with a <see cref="PluginException"/>.</summary>
    public void Release() => _binding = null;

    private async ValueTask<FunctionResult> InvokeAsync(KernelArguments arguments, CancellationToken cancellationToken)
    {
        var binding = _boundary.Enter(_name, _binding);
        try
        {
            using (_boundary.ContextualReflection())
            {
                return new FunctionResult(Function, await binding.InvokeAsync(arguments, cancellationToken));
            }
        }
        catch (Exception exception)
        {
            throw _boundary.Translate(exception, _name, cancellationToken);
        }
        finally
        {
            _boundary.Exit();
        }
    }

    private static IEnumerable<KernelParameterMetadata> Parameters(JsonElement schema)
    {
        if (!schema.TryGetProperty("properties", out var properties))
        {
            yield break;
        }

        var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString()).ToHashSet() : [];
        foreach (var property in properties.EnumerateObject())
        {
            var description = property.Value.ValueKind is JsonValueKind.Object && property.Value.TryGetProperty("description", out var text) ? text.GetString() : null;
            yield return new KernelParameterMetadata(property.Name)
            {
                Description = description ?? "",
                IsRequired = required.Contains(property.Name),
                Schema = KernelJsonSchema.Parse(property.Value.GetRawText()),
            };
        }
    }
}
