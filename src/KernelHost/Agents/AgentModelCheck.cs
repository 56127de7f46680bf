using KernelHost.Text;

namespace KernelHost.Agents;

/// <summary>Checks the names of models in an agent's definition.</summary>
internal static class AgentModelCheck
{
    public static void Validate(AgentDefinition agent, IReadOnlyCollection<string> models, SourceErrors errors)
    {
        Check(agent, "model", agent.Model, models, errors);
        List<string> earlier = [agent.Model];
        foreach (var fallback in agent.Fallback)
        {
            Check(agent, "fallback", fallback.Model, models, errors);
            if (earlier.Contains(fallback.Model))
            {
                var (line, column) = agent.Places.Find("fallback", fallback.Model);
                errors.Add(line, column, $"The model '{VisibleText.Escape(fallback.Model)}' is used before already; falling over to it again helps nobody. Name another, or take it out.");
            }

            earlier.Add(fallback.Model);
        }

        Check(agent, "extraction", agent.ExtractionModel, models, errors);
        Check(agent, "summaries", agent.SummaryModel, models, errors);
    }

    private static void Check(AgentDefinition agent, string field, string? name, IReadOnlyCollection<string> models, SourceErrors errors)
    {
        if (name is not null && !models.Contains(name))
        {
            var (line, column) = agent.Places.Find(field, name);
            var known = models.Count == 0 ? "None is configured." : $"Known models: {string.Join(", ", models.Order(StringComparer.Ordinal))}.";
            errors.Add(line, column, $"There is no model '{VisibleText.Escape(name)}'.{NearestName.Hint(name, models)} {known} Models are configured in 'KernelHost:Models'.");
        }
    }
}
