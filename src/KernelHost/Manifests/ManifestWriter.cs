using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace KernelHost.Manifests;

/// <summary>Writes a manifest: the same bytes for the same manifest on every machine, every default spelled out for the reviewer.</summary>
public static class ManifestWriter
{
    private static readonly JsonWriterOptions Readable = new()
    {
        Indented = true,
        NewLine = "\n",
        // The file is read by people; it is never embedded in HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The UTF-8 bytes of the file, indented, ending with a line feed.</summary>
    public static byte[] Write(PluginManifest manifest)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            writer.WriteStartObject();
            writer.WriteNumber("manifestVersion", manifest.ManifestVersion);
            writer.WriteString("id", manifest.Id);
            writer.WriteString("version", manifest.Version);
            if (manifest.Description is not null)
            {
                writer.WriteString("description", manifest.Description);
            }

            writer.WriteString("host", manifest.Host);
            writer.WriteString("entryAssembly", manifest.EntryAssembly);
            if (manifest.Permissions.Models)
            {
                writer.WriteStartObject("permissions");
                writer.WriteBoolean("models", manifest.Permissions.Models);
                writer.WriteEndObject();
            }

            WriteList(writer, "tools", manifest.Tools, WriteTool);
            WriteList(writer, "retrievers", manifest.Retrievers, WriteRetriever);
            WriteList(writer, "prompts", manifest.Prompts, WritePrompt);
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    internal static void WriteTool(Utf8JsonWriter writer, ToolManifest tool)
    {
        writer.WriteStartObject();
        writer.WriteString("name", tool.Name);
        writer.WriteString("description", tool.Description);
        writer.WriteString("effect", ManifestShape.NameOf(tool.Effect));
        writer.WriteBoolean("egress", tool.Egress);
        if (tool.TimeoutSeconds is { } seconds)
        {
            writer.WriteNumber("timeoutSeconds", seconds);
        }

        if (tool.OutcomeCheck)
        {
            writer.WriteBoolean("outcomeCheck", true);
        }

        if (tool.Compensation)
        {
            writer.WriteBoolean("compensation", true);
        }

        writer.WritePropertyName("parameters");
        tool.Parameters.WriteTo(writer);
        writer.WriteStartObject("arguments");
        foreach (var parameter in ToolIdentity.ParameterNames(tool.Parameters))
        {
            writer.WriteStartObject(parameter);
            writer.WriteString("role", ManifestShape.NameOf(tool.Roles.GetValueOrDefault(parameter, ArgumentRole.Control)));
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteStartObject("result");
        writer.WriteString("integrity", ManifestShape.NameOf(tool.ResultIntegrity));
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteRetriever(Utf8JsonWriter writer, RetrieverManifest retriever)
    {
        writer.WriteStartObject();
        writer.WriteString("name", retriever.Name);
        writer.WriteString("description", retriever.Description);
        if (retriever.Documents is not null)
        {
            writer.WriteString("documents", retriever.Documents);
        }

        writer.WriteEndObject();
    }

    private static void WritePrompt(Utf8JsonWriter writer, PromptManifest prompt)
    {
        writer.WriteStartObject();
        writer.WriteString("name", prompt.Name);
        writer.WriteString("description", prompt.Description);
        writer.WriteEndObject();
    }

    private static void WriteList<T>(Utf8JsonWriter writer, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            write(writer, item);
        }

        writer.WriteEndArray();
    }
}
