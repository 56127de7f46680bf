using System.Reflection;
using System.Text.Json;
using KernelHost.Manifests;
using KernelHost.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;

namespace KernelHost.Loading;

/// <summary>What a loaded assembly contributes, found by its entry point or, without one, by its <c>[KernelFunction]</c> methods.</summary>
internal sealed class Contributions
{
    /// <summary>What the build writes and the loader compares.</summary>
    public required PluginManifest Manifest { get; init; }

    public required IReadOnlyList<ToolMethod> Tools { get; init; }

    public required IReadOnlyList<RetrieverContribution> Retrievers { get; init; }

    public required IReadOnlyList<PromptContribution> Prompts { get; init; }

    /// <summary>The entry point; <see langword="null"/> for an assembly of plain Semantic Kernel classes.</summary>
    public Plugin? EntryPoint { get; init; }

    /// <summary>What the plugin registered, nothing of the host yet.</summary>
    public required IServiceCollection Services { get; init; }

    /// <summary>Runs the plugin's constructor and <see cref="Plugin.Configure"/>, nothing else.</summary>
    /// <param name="assembly">The entry assembly.</param>
    /// <param name="environment">Makes the environment from id and version.</param>
    /// <param name="options">The plugin's own.</param>
    /// <param name="step">Told what code of the plugin runs next, for the message should it throw.</param>
    /// <exception cref="PluginException">The assembly is no plugin, or its tools have problems: all of them.</exception>
    public static Contributions Find(
        Assembly assembly, Func<string, string, PluginEnvironment> environment, JsonSerializerOptions options, Action<string> step)
    {
        var file = Path.GetFileName(assembly.Location);
        step("listing its types");
        var types = assembly.GetTypes();
        var entryType = EntryType(types, file);
        var attribute = entryType?.GetCustomAttribute<PluginAttribute>();
        var id = attribute?.Id ?? DefaultId(assembly.GetName().Name!);
        var version = (HostVersion.Of(assembly)?.ToNormalizedString()) ?? (assembly.GetName().Version ?? new Version(0, 0, 0)).ToString(3);

        var builder = new PluginBuilder(environment(id, version), new ServiceCollection());
        step($"the constructor of '{entryType?.FullName}'");
        var entry = entryType is null ? null : (Plugin)Activator.CreateInstance(entryType)!;
        step($"'{entryType?.FullName}.Configure'");
        entry?.Configure(builder);
        step("reading its tools");
        var toolTypes = entry is null ? types.Where(IsPlain).ToList() : [.. builder.ToolTypes];
        var tools = ReadTools(toolTypes, id, options);
        if (tools.Count + builder.Retrievers.Count + builder.Prompts.Count == 0)
        {
            throw Fail(file, ProblemCodes.EntryPoint,
                $"'{file}' contributes nothing: it has no subclass of KernelHost.Plugin that adds tools, retrievers or prompts, and no public class with [KernelFunction] methods.");
        }

        return new Contributions
        {
            EntryPoint = entry,
            Services = builder.Services,
            Tools = tools,
            Retrievers = builder.Retrievers,
            Prompts = builder.Prompts,
            Manifest = new PluginManifest
            {
                Id = id,
                Version = version,
                Description = attribute?.Description,
                Host = attribute?.HostRange ?? HostVersion.DefaultRange(ContractVersion(assembly)),
                EntryAssembly = file,
                Permissions = new PluginPermissions { Models = builder.UsesModel },
                Tools = [.. tools.Select(tool => tool.Manifest)],
                Retrievers = [.. builder.Retrievers.Select(one => new RetrieverManifest { Name = one.Name, Description = one.Description, Documents = one.Documents })],
                Prompts = [.. builder.Prompts.Select(one => new PromptManifest { Name = one.Name, Description = one.Description })],
            },
        };
    }

    private static List<ToolMethod> ReadTools(IReadOnlyList<Type> types, string id, JsonSerializerOptions options)
    {
        var tools = new List<ToolMethod>();
        var problems = new List<PluginProblem>();
        foreach (var type in types)
        {
            var methods = ToolMethod.Of(type).ToList();
            if (methods.Count == 0)
            {
                problems.Add(new PluginProblem(ProblemCodes.ToolSignature, $"'{type.FullName}' was added as tools but has no [KernelFunction] method. Mark the methods to offer."));
            }

            foreach (var method in methods)
            {
                var (tool, problem) = ToolMethod.Read(method, type, options);
                if (tool is not null)
                {
                    tools.Add(tool);
                }
                else
                {
                    problems.Add(problem!);
                }
            }
        }

        // The manifest validator finds collisions too, but only here are the methods known.
        problems.AddRange(tools.GroupBy(tool => tool.Manifest.Name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).Select(group =>
            new PluginProblem(ProblemCodes.NameCollision,
                $"The tool name '{group.Key}' is taken by {string.Join(" and ", group.Select(tool => $"'{tool.DeclaredBy.FullName}.{tool.Method.Name}'"))}. " +
                "Give each its own with [KernelFunction(\"name\")].")));
        tools = ToolCompanions.Attach(tools, types, problems);
        return problems.Count == 0 ? tools : throw new PluginException(id, problems);
    }

    private static Type? EntryType(Type[] types, string file)
    {
        var entries = types.Where(type => !type.IsAbstract && typeof(Plugin).IsAssignableFrom(type)).ToList();
        if (entries.Count > 1)
        {
            throw Fail(file, ProblemCodes.EntryPoint,
                $"'{file}' has {entries.Count} subclasses of KernelHost.Plugin: {string.Join(", ", entries.Select(type => $"'{type.FullName}'"))}. Keep one; it can add the contributions of all.");
        }

        return entries.Count == 0 ? null
            : entries[0].GetConstructor(Type.EmptyTypes) is null
                ? throw Fail(file, ProblemCodes.EntryPoint, $"'{entries[0].FullName}' has no public constructor without parameters. Add one; register services in Configure instead.")
                : entries[0];
    }

    private static bool IsPlain(Type type) => type is { IsPublic: true, IsGenericTypeDefinition: false, IsClass: true }
        && (!type.IsAbstract || type.IsSealed)
        && ToolMethod.Of(type).Any();

    // 'Contoso.Weather' is 'contoso-weather'.
    private static string DefaultId(string assemblyName) =>
        string.Join('-', JsonNamingPolicy.KebabCaseLower.ConvertName(assemblyName.Replace('.', '-')).Split('-', StringSplitOptions.RemoveEmptyEntries));

    private static Version ContractVersion(Assembly assembly) =>
        assembly.GetReferencedAssemblies().FirstOrDefault(reference => reference.Name == "KernelHost.Abstractions")?.Version
        ?? new Version(HostVersion.Current.Major, HostVersion.Current.Minor, HostVersion.Current.Patch);

    private static PluginException Fail(string file, string code, string message) => new(file, [new PluginProblem(code, message)]);
}
