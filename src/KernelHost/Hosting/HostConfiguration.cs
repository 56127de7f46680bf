using System.Globalization;
using KernelHost.Models;
using KernelHost.Text;
using Microsoft.Extensions.Configuration;

namespace KernelHost.Hosting;

/// <summary>Reads the section <c>KernelHost</c> in one pass, so that all its errors are known at once.</summary>
internal static class HostConfiguration
{
    private const string Section = "KernelHost";

    private static readonly string[] Settings =
        ["DataDirectory", "PluginDirectories", "AgentDirectories", "Policy", "Principal", "Principals", "Approvers", "Approvals", "AgentDepth", "Models", "Embeddings", "Plugins", "Tools", "Currency", "Budgets", "Retention", "Retrieval", "Memory"];

    private static readonly string[] Lists = ["PluginDirectories", "AgentDirectories", "Budgets"];

    private static readonly string[] Objects = ["Approvals", "Models", "Embeddings", "Plugins", "Tools", "Retention", "Retrieval", "Memory"];

    /// <exception cref="ConfigurationException">Something is wrong; it lists everything that is.</exception>
    public static KernelHostOptions Read(IConfiguration configuration, string baseDirectory)
    {
        var section = configuration.GetSection(Section);
        List<string> errors = [.. UnknownSettings(section), .. Scalars(section, Lists, "a list"), .. Scalars(section, Objects, "an object")];
        var models = ModelConfiguration.Read(configuration);
        errors.AddRange(models.Errors);
        var approvals = ApprovalConfiguration.Read(section, errors);
        var policy = FilePath(section["Policy"]);
        if (policy is not null && !File.Exists(policy))
        {
            errors.Add($"{Section}:Policy is '{policy}', which does not exist. Write the file or remove the setting.");
        }

        var depth = 4;
        if (section["AgentDepth"] is { Length: > 0 } text && !(int.TryParse(text, CultureInfo.InvariantCulture, out depth) && depth is >= 1 and <= 16))
        {
            errors.Add($"{Section}:AgentDepth is '{text}'. Use a whole number from 1, where no agent asks another, to 16.");
        }

        var currency = section["Currency"] is { Length: > 0 } money ? money : "USD";
        if (!Money.IsCurrency(currency))
        {
            errors.Add($"{Section}:Currency is '{currency}'. Use three capital letters such as 'USD' or 'EUR'.");
        }

        var (toolLimits, maxConcurrentCalls) = ToolConfiguration.Read(section.GetSection("Tools"), errors);
        var budgets = BudgetConfiguration.Read(section.GetSection("Budgets"), errors);
        var principals = PrincipalConfiguration.Read(section.GetSection("Principals"), errors);
        var principal = section["Principal"] is { Length: > 0 } named ? named : Environment.UserName;
        if (principals.IsGroup(principal))
        {
            errors.Add($"{Section}:Principal is '{VisibleText.Escape(principal)}', the name of a group in {Section}:Principals. Whoever bears it would see what the group sees: rename one.");
        }

        var retrieval = RetrievalConfiguration.Read(section.GetSection("Retrieval"), errors);
        var retention = RetentionConfiguration.Read(section.GetSection("Retention"), errors);
        var data = DataDirectory(section["DataDirectory"]);
        if (data is null)
        {
            errors.Add($"{Section}:DataDirectory is not set and this user has no directory for application data. Set it.");
        }

        var memory = MemoryConfiguration.Read(section.GetSection("Memory"), data ?? "", errors);
        return errors.Count > 0 ? throw new ConfigurationException(errors) : new KernelHostOptions
        {
            DataDirectory = data!,
            PluginDirectories = Directories(section.GetSection("PluginDirectories"), Path.Combine(baseDirectory, "plugins")),
            AgentDirectories = Directories(section.GetSection("AgentDirectories"), Path.Combine(baseDirectory, "agents")),
            Policy = policy,
            Principal = principal,
            AgentDepth = depth,
            Principals = principals,
            Approvals = approvals,
            ToolLimits = toolLimits,
            MaxConcurrentCalls = maxConcurrentCalls,
            Models = models,
            Memory = memory,
            Currency = currency,
            Budgets = budgets,
            Retention = retention,
            Retrieval = retrieval,
        };
    }

    private static IEnumerable<string> UnknownSettings(IConfigurationSection section) => section.GetChildren()
        .Where(child => !Settings.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
        .Select(child => $"{child.Path} is no setting. Remove it or use one of {string.Join(", ", Settings)}.{NearestName.Hint(child.Key, Settings)}");

    // One value where several belong has no children to read: whoever wrote it would have set nothing, and a budget would bound nothing.
    private static IEnumerable<string> Scalars(IConfigurationSection section, string[] names, string form) => names
        .Select(section.GetSection)
        .Where(static child => child.Value is { Length: > 0 } && !child.GetChildren().Any())
        .Select(child => $"{child.Path} is '{VisibleText.Escape(child.Value!)}', but must be {form}.");

    private static string? DataDirectory(string? configured) =>
        FilePath(configured)
        ?? (Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } home
            ? Path.Combine(home, "kernelhost")
            : null);

    private static string? FilePath(string? configured) => string.IsNullOrWhiteSpace(configured) ? null : Path.GetFullPath(configured);

    private static List<string> Directories(IConfigurationSection section, string fallback)
    {
        var configured = section.GetChildren().Select(child => FilePath(child.Value)).OfType<string>().Distinct().ToList();
        return configured.Count > 0 ? configured : [fallback];
    }
}
