using KernelHost.Agents;
using KernelHost.Models;
using KernelHost.Text;

namespace KernelHost.Hosting;

/// <summary>Checks the limits of an agent against what the host really has: a limit that cannot be kept is an error, not a limit.</summary>
internal static class AgentLimitsCheck
{
    /// <summary>Everything that is wrong, in the order of the file.</summary>
    /// <param name="agent">The definition.</param>
    /// <param name="models">The models that are configured.</param>
    /// <param name="tools">The qualified names of all tools and retrievers.</param>
    /// <param name="currency">The host's currency.</param>
    public static IReadOnlyList<SourceError> Validate(
        AgentDefinition agent, IReadOnlyCollection<ModelInfo> models, IReadOnlyCollection<string> tools, string currency)
    {
        var errors = new SourceErrors(agent.SourcePath);
        if (agent.Limits.Money is { } money)
        {
            CheckMoney(agent, money, models, currency, errors);
        }

        if (agent.Limits.CheaperModel is { } cheaper && !models.Any(model => IsNamed(model, cheaper)))
        {
            var (line, column) = agent.Places.Find("cheaperModel", cheaper);
            errors.Add(line, column, $"There is no model '{VisibleText.Escape(cheaper)}' to go on with.{NearestName.Hint(cheaper, [.. models.Select(model => model.Name)])} Models are configured in 'KernelHost:Models'.");
        }

        foreach (var tool in agent.Limits.Tools.Keys.Where(tool => !tools.Contains(tool) || !(agent.UsesTool(tool) || agent.UsesRetriever(tool))))
        {
            var (line, column) = agent.Places.Find("limits.tools", tool);
            errors.Add(line, column, $"'limits' bounds the calls of '{VisibleText.Escape(tool)}', which the agent does not use.{NearestName.Hint(tool, tools)} Correct the name, or remove the limit.");
        }

        return errors.Sorted();
    }

    private static void CheckMoney(AgentDefinition agent, Money money, IReadOnlyCollection<ModelInfo> models, string currency, SourceErrors errors)
    {
        var (line, column) = agent.Places.Find("money", "");
        if (money.Currency != currency)
        {
            errors.Add(line, column, $"The limit of money is in '{money.Currency}', but this host counts in '{currency}' (KernelHost:Currency). Write it in '{currency}'.");
        }

        foreach (var model in models.Where(model => model.Price is null && (IsNamed(model, agent.Model) || IsNamed(model, agent.SummaryModel) || IsNamed(model, agent.ExtractionModel) || agent.Fallback.Any(fallback => IsNamed(model, fallback.Model)) || IsNamed(model, agent.Limits.CheaperModel))))
        {
            errors.Add(line, column, $"The limit of money cannot be kept: the model '{model.Name}' has no price. Set {ModelConfiguration.KeyOf(model.Name)}:InputPricePerMillion and :OutputPricePerMillion.");
        }
    }

    private static bool IsNamed(ModelInfo model, string? name) => string.Equals(model.Name, name, StringComparison.OrdinalIgnoreCase);
}
