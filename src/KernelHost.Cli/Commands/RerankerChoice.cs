using KernelHost.Cli.Invocation;
using KernelHost.Memory.Retrieval;
using KernelHost.Models;

namespace KernelHost.Cli.Commands;

/// <summary>A reranker by its name on the command line.</summary>
internal static class RerankerChoice
{
    private const string None = "none";

    /// <summary>The reranker; <see langword="null"/> for <c>none</c>.</summary>
    /// <param name="context">The command.</param>
    /// <param name="name"><c>none</c>, <c>onnx</c>, or a chat model; a chat model of one of these two names cannot be meant.</param>
    /// <exception cref="UsageException">There is none of that name.</exception>
    public static Reranker? Find(CliContext context, string name)
    {
        if (name == None)
        {
            return null;
        }

        if (name == ModelProviders.Onnx)
        {
            return context.Host.CrossEncoder;
        }

        var models = context.Host.Models.Models.Select(static model => model.Name).ToList();
        return models.Contains(name)
            ? new ChatReranker(context.Host.Models.Get(name).Client, $"model '{name}'", static exception => (exception as ModelException)?.Message)
            : throw Unknown.Name("model", name, [.. models, ModelProviders.Onnx, None]);
    }
}
