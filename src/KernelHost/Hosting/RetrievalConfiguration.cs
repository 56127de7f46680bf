using System.Globalization;
using KernelHost.Text;
using Microsoft.Extensions.Configuration;

namespace KernelHost.Hosting;

/// <summary>Reads <c>KernelHost:Retrieval</c>.</summary>
internal static class RetrievalConfiguration
{
    private static readonly string[] Own = ["Timeout", "MaxPassages", "MaxPassageBytes", "MaxBytes", "Rerank"];
    private static readonly string[] Settings = [.. Own, .. SearchSettings.Names];

    public static RetrievalSettings Read(IConfigurationSection section, List<string> errors)
    {
        var standard = Read(section, new RetrieverSettings(), [.. Settings, "Retrievers", CrossEncoderConfiguration.Key], errors);
        var crossEncoder = section.GetSection(CrossEncoderConfiguration.Key);
        var retrievers = new Dictionary<string, RetrieverSettings>(StringComparer.OrdinalIgnoreCase);
        foreach (var child in section.GetSection("Retrievers").GetChildren())
        {
            if (!child.Key.Contains('/', StringComparison.Ordinal))
            {
                errors.Add($"{child.Path} names no retriever. Use its qualified name, for example 'customer-support/help-center'.");
            }

            retrievers[child.Key] = Read(child, standard, [.. Settings, "Collections"], errors);
        }

        if (!crossEncoder.Exists() && retrievers.Values.Append(standard).Any(static settings => settings.Rerank == RerankerKind.Onnx))
        {
            errors.Add($"{section.Path}:Rerank is 'onnx', but there is no model. Set {crossEncoder.Path}:Model to the path of an ONNX cross-encoder.");
        }

        return new RetrievalSettings { Default = standard, Retrievers = retrievers, CrossEncoder = CrossEncoderConfiguration.Read(crossEncoder, errors) };
    }

    private static RetrieverSettings Read(IConfigurationSection section, RetrieverSettings settings, string[] known, List<string> errors)
    {
        foreach (var child in section.GetChildren())
        {
            var name = known.FirstOrDefault(one => string.Equals(one, child.Key, StringComparison.OrdinalIgnoreCase));
            var text = child.Value ?? "";
            switch (name)
            {
                case null:
                    errors.Add($"{child.Path} is no setting. Remove it or use one of {string.Join(", ", known)}.{NearestName.Hint(child.Key, known)}");
                    break;
                case "Retrievers" or CrossEncoderConfiguration.Key:
                    break;
                case "Collections":
                    settings = settings with { Collections = [.. child.GetChildren().Select(static one => one.Value).OfType<string>().Where(static one => one.Length > 0)] };
                    break;
                case "Timeout" when Duration.TryParse(text, out var timeout) && timeout >= TimeSpan.FromSeconds(1) && timeout <= TimeSpan.FromDays(1):
                    settings = settings with { Timeout = timeout };
                    break;
                case "Timeout":
                    errors.Add($"{child.Path} is '{VisibleText.Escape(text)}'. Use a time from '1s' to '1d', for example '10s'.");
                    break;
                // Names only: TryParse would also take numbers.
                case "Rerank" when Enum.GetNames<RerankerKind>().Contains(text, StringComparer.OrdinalIgnoreCase):
                    settings = settings with { Rerank = Enum.Parse<RerankerKind>(text, ignoreCase: true) };
                    break;
                case "Rerank":
                    errors.Add($"{child.Path} is '{VisibleText.Escape(text)}'. Use 'model', the agent's, 'onnx', the cross-encoder, or 'none'.");
                    break;
                case "MaxPassages":
                    settings = settings with { MaxPassages = Number(child, 1, 100, settings.MaxPassages, errors) };
                    break;
                case "MaxPassageBytes":
                    settings = settings with { MaxPassageBytes = Number(child, 256, 1 << 20, settings.MaxPassageBytes, errors) };
                    break;
                case "MaxBytes":
                    settings = settings with { MaxBytes = Number(child, 256, 16 << 20, settings.MaxBytes, errors) };
                    break;
                default:
                    try
                    {
                        settings = settings with { Search = SearchSettings.Apply(settings.Search, name, text) };
                    }
                    catch (FormatException exception)
                    {
                        errors.Add($"{child.Path} is '{VisibleText.Escape(text)}'. {exception.Message}");
                    }

                    break;
            }
        }

        return settings;
    }

    private static int Number(IConfigurationSection setting, int least, int most, int standard, List<string> errors)
    {
        if (int.TryParse(setting.Value, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        errors.Add(string.Create(CultureInfo.InvariantCulture, $"{setting.Path} is '{VisibleText.Escape(setting.Value ?? "")}'. Use a whole number from {least} to {most}."));
        return standard;
    }
}
