using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.SemanticKernel;

namespace KernelHost.Loading;

/// <summary>A tool's method with its instance: everything in it is the plugin's, so it is dropped as one when the plugin is unloaded.</summary>
internal sealed class ToolBinding
{
    private readonly MethodInvoker _method;
    private readonly object? _target;
    private readonly Func<KernelArguments, CancellationToken, object?>[] _parameters;
    private readonly Type _returnType;
    private readonly JsonSerializerOptions _options;

    // Closing the generic reader over a plugin's type costs start-up time; a tool that is not called does not pay.
    private ToolResult? _result;

    public ToolBinding(ToolMethod tool, IServiceProvider services, JsonSerializerOptions options)
    {
        _method = MethodInvoker.Create(tool.Method);
        _target = tool.Method.IsStatic ? null : services.GetRequiredService(tool.DeclaredBy);
        _parameters = [.. tool.Method.GetParameters().Select(parameter => Reader(parameter, tool, services, options))];
        _returnType = tool.Method.ReturnType;
        _options = options;
    }

    public ValueTask<object?> InvokeAsync(KernelArguments arguments, CancellationToken cancellationToken)
    {
        var values = _parameters.Length == 0 ? [] : new object?[_parameters.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = _parameters[i](arguments, cancellationToken);
        }

        _result ??= ToolResult.For(_returnType, _options);
        return _result.ReadAsync(Invoke(values), cancellationToken);
    }

    private object? Invoke(object?[] values)
    {
        try
        {
            return _method.Invoke(_target, values.AsSpan());
        }
        catch (TargetInvocationException exception) when (exception.InnerException is { } cause)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(cause);
            throw;
        }
    }

    private static Func<KernelArguments, CancellationToken, object?> Reader(
        ParameterInfo parameter, ToolMethod tool, IServiceProvider services, JsonSerializerOptions options)
    {
        var type = parameter.ParameterType;
        if (type == typeof(CancellationToken))
        {
            return static (_, cancellationToken) => cancellationToken;
        }

        if (type == typeof(ToolContext))
        {
            return parameter.HasDefaultValue
                ? static (arguments, _) => arguments.TryGetValue(ToolInvocation.ContextKey, out var context) ? context : null
                : static (arguments, _) => arguments.TryGetValue(ToolInvocation.ContextKey, out var context) && context is ToolContext
                    ? context
                    : throw new InvalidOperationException($"The host passed no '{ToolInvocation.ContextKey}' with the call.");
        }

        if (ToolMethod.IsProvided(type))
        {
            object value = type == typeof(IServiceProvider) ? services
                : type == typeof(ILoggerFactory) ? services.GetRequiredService<ILoggerFactory>()
                : type == typeof(ILogger) ? services.GetRequiredService<ILoggerFactory>().CreateLogger(tool.DeclaredBy.FullName ?? tool.DeclaredBy.Name)
                : CultureInfo.InvariantCulture;
            return (_, _) => value;
        }

        var argument = new ToolArgument(parameter, tool.Manifest.Name, options);
        return (arguments, _) => argument.Read(arguments);
    }
}
