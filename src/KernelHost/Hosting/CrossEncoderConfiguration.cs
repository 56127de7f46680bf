using KernelHost.Memory.Retrieval;
using KernelHost.Models;
using KernelHost.Text;
using Microsoft.Extensions.Configuration;

namespace KernelHost.Hosting;

/// <summary>Reads <c>KernelHost:Retrieval:CrossEncoder</c>.</summary>
internal static class CrossEncoderConfiguration
{
    public const string Key = "CrossEncoder";

    private const string Cure = "Set it to the path of an ONNX model, or of a directory with 'model.onnx' and 'vocab.txt'.";

    /// <returns><see langword="null"/> where there is none, or none that could be used.</returns>
    public static CrossEncoderOptions? Read(IConfigurationSection section, List<string> errors)
    {
        if (!section.Exists())
        {
            return null;
        }

        var reader = new OptionReader(section, ["Model", "Vocabulary", "MaxTokens", "Cased"], errors);
        var model = PathOf(reader, "Model");
        var vocabulary = PathOf(reader, "Vocabulary");
        if (model is null)
        {
            errors.Add($"{section.Path}:Model is missing. {Cure}");
        }
        else if (!Path.Exists(model))
        {
            errors.Add($"{section.Path}:Model is '{VisibleText.Escape(model)}', which does not exist. {Cure}");
        }

        if (vocabulary is not null && !File.Exists(vocabulary))
        {
            errors.Add($"{section.Path}:Vocabulary is '{VisibleText.Escape(vocabulary)}', which does not exist. Write the file, or remove the setting for 'vocab.txt' beside the model.");
        }

        var most = reader.WholeNumber("MaxTokens") ?? 512;
        if (most is < 16 or > 32_768)
        {
            errors.Add($"{section.Path}:MaxTokens is '{most}'. Use a whole number from 16 to 32768, no greater than the model can read.");
        }

        return model is null ? null : new CrossEncoderOptions { Model = model, Vocabulary = vocabulary, MaxTokens = most, IsCased = reader.Flag("Cased") ?? false };
    }

    private static string? PathOf(OptionReader reader, string name) => reader.Text(name) is { } path ? Path.GetFullPath(path) : null;
}
