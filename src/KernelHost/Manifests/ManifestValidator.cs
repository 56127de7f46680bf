using System.Text.Json;
using System.Text.RegularExpressions;
using FluentValidation;
using KernelHost.Text;
using NuGet.Versioning;

namespace KernelHost.Manifests;

/// <summary>Checks what a JSON schema cannot: versions, files, uniqueness, references between members. Property names are JSON paths.</summary>
internal sealed partial class ManifestValidator : AbstractValidator<PluginManifest>
{
    /// <param name="directory">Where the entry assembly must be.</param>
    public ManifestValidator(string directory)
    {
        RuleFor(manifest => manifest.ManifestVersion).Equal(1).OverridePropertyName("manifestVersion")
            .WithMessage("Manifest version '{PropertyValue}' is unknown; this host reads version 1. Update the host or rebuild the plugin.");
        RuleFor(manifest => manifest.Id).Must(id => id.Length <= 64 && IdPattern().IsMatch(id)).OverridePropertyName("id")
            .WithMessage("'{PropertyValue}' is not a plugin id. Use lower-case letters, digits and single hyphens, starting with a letter, at most 64 characters.")
            .Must(id => id is not ("agent" or "host" or "memory"))
            .WithMessage("The id '{PropertyValue}' is the host's: tools of that name are its own. Choose another id.");
        RuleFor(manifest => manifest.Version).Must(version => SemanticVersion.TryParse(version, out _)).OverridePropertyName("version")
            .WithMessage("'{PropertyValue}' is not a SemVer version such as '1.2.0' or '2.0.0-beta.1'.");
        RuleFor(manifest => manifest.Host).Must(range => range.Length > 0 && VersionRange.TryParse(range, out _)).OverridePropertyName("host")
            .WithMessage("'{PropertyValue}' is not a version range such as '[0.1.0, 1.0.0)'.");
        RuleFor(manifest => manifest.EntryAssembly).Cascade(CascadeMode.Stop)
            .Must(IsBareDll).OverridePropertyName("entryAssembly")
            .WithMessage("'{PropertyValue}' is not the name of a .dll file beside the manifest. Give the file name only, without a directory.")
            .Must(name => File.Exists(Path.Combine(directory, name)))
            .WithMessage($"The entry assembly '{{PropertyValue}}' is not in '{directory}'. Copy the plugin's whole output directory, or correct the name.");
        RuleForEach(manifest => manifest.Tools).SetValidator(new ToolValidator()).OverridePropertyName("tools");
        RuleForEach(manifest => manifest.Retrievers).SetValidator(new RetrieverValidator()).OverridePropertyName("retrievers");
        RuleForEach(manifest => manifest.Prompts).SetValidator(new PromptValidator()).OverridePropertyName("prompts");
        RuleFor(manifest => manifest).Custom(UniqueNames);
    }

    // The rule itself gives the whole message, because it names the two that collide.
    private static void UniqueNames(PluginManifest manifest, ValidationContext<PluginManifest> context)
    {
        // A retriever is offered to the model as the tool 'search_NAME', so it takes that name as well.
        Report("tools", manifest.Tools.Select(tool => tool.Name), "tool", manifest.Retrievers.Select(retriever => $"search_{retriever.Name}"));
        Report("retrievers", manifest.Retrievers.Select(retriever => retriever.Name), "retriever", []);
        Report("prompts", manifest.Prompts.Select(prompt => prompt.Name), "prompt", []);

        void Report(string list, IEnumerable<string> names, string kind, IEnumerable<string> taken)
        {
            var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (var name in taken)
            {
                seen[name] = $"the tool that the retriever '{name["search_".Length..]}' is offered as";
            }

            foreach (var (index, name) in names.Index())
            {
                if (!seen.TryAdd(name, $"the {kind} '{name}'"))
                {
                    context.AddFailure(new FluentValidation.Results.ValidationFailure(
                        $"{list}[{index}].name",
                        $"The {kind} '{name}' has the same name as {seen[name]} (letter case does not count). Give one of them another name.")
                    { ErrorCode = ProblemCodes.NameCollision });
                }
            }
        }
    }

    private static bool IsBareDll(string name) =>
        name.Length > 4 && name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
        && name.AsSpan().IndexOfAny('/', '\\', ':') < 0 && !name.Any(char.IsControl);

    /// <summary>A path is checked by its text, the same on every platform: what it names must stay below the plugin's directory.</summary>
    internal static bool IsInside(string pattern) =>
        pattern.Length > 0 && pattern.AsSpan().IndexOfAny('\\', ':') < 0 && pattern[0] != '/' && !pattern.Split('/').Contains("..")
        && !pattern.Any(char.IsControl);

    internal static bool IsText(string text) => !string.IsNullOrWhiteSpace(text) && !text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'));

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    private static partial Regex IdPattern();

    /// <summary>Semantic Kernel's rule for function names, and a length every provider accepts.</summary>
    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]{0,63}$")]
    internal static partial Regex ToolNamePattern();

    [GeneratedRegex("^[a-z][a-z0-9_-]{0,63}$")]
    internal static partial Regex NamePattern();

    private sealed class ToolValidator : AbstractValidator<ToolManifest>
    {
        public ToolValidator()
        {
            RuleFor(tool => tool.Name).Must(name => ToolNamePattern().IsMatch(name)).OverridePropertyName("name")
                .WithMessage("'{PropertyValue}' is not a tool name. Use letters, digits and '_', starting with a letter, at most 64 characters.");
            RuleFor(tool => tool.Description).Must(IsText).OverridePropertyName("description")
                .WithMessage("The description is empty or holds control characters. The model chooses the tool by this text.");
            RuleFor(tool => tool.TimeoutSeconds).Must(seconds => seconds is null or (>= 1 and <= 86_400)).OverridePropertyName("timeoutSeconds")
                .WithMessage("A time-out of '{PropertyValue}' seconds is not possible. Give 1 to 86400, or leave it out for the host's own.");
            RuleFor(tool => tool).Custom((tool, context) =>
            {
                if (tool.Parameters.ValueKind is not JsonValueKind.Object
                    || !tool.Parameters.TryGetProperty("type", out var type) || type.ValueKind is not JsonValueKind.String || type.GetString() != "object")
                {
                    context.AddFailure("parameters", $"The parameters of '{tool.Name}' are not a JSON Schema with \"type\": \"object\".");
                    return;
                }

                var names = ToolIdentity.ParameterNames(tool.Parameters);
                foreach (var name in tool.Roles.Keys.Where(name => !names.Contains(name)))
                {
                    context.AddFailure($"arguments.{name}", $"'{name}' is not a parameter of '{tool.Name}'.{NearestName.Hint(name, names)}");
                }
            });
        }
    }

    private sealed class RetrieverValidator : AbstractValidator<RetrieverManifest>
    {
        public RetrieverValidator()
        {
            RuleFor(retriever => retriever.Name).Must(name => NamePattern().IsMatch(name)).OverridePropertyName("name")
                .WithMessage("'{PropertyValue}' is not a retriever name. Use lower-case letters, digits, '_' and '-', starting with a letter, at most 64 characters.");
            RuleFor(retriever => retriever.Description).Must(IsText).OverridePropertyName("description")
                .WithMessage("The description is empty or holds control characters. The model chooses the retriever by this text.");
            RuleFor(retriever => retriever.Documents).Must(pattern => pattern is null || IsInside(pattern)).OverridePropertyName("documents")
                .WithMessage("'{PropertyValue}' leaves the plugin's directory. Use a relative pattern with '/' and without '..', for example 'articles/**/*.md'.");
        }
    }

    private sealed class PromptValidator : AbstractValidator<PromptManifest>
    {
        public PromptValidator()
        {
            RuleFor(prompt => prompt.Name).Must(name => NamePattern().IsMatch(name)).OverridePropertyName("name")
                .WithMessage("'{PropertyValue}' is not a prompt name. Use lower-case letters, digits, '_' and '-', starting with a letter, at most 64 characters.");
            RuleFor(prompt => prompt.Description).Must(IsText).OverridePropertyName("description")
                .WithMessage("The description is empty or holds control characters.");
        }
    }
}
