using KernelHost.Text;

namespace KernelHost.Agents;

/// <summary>Reads the field <c>model</c> of an agent: a name, or a name with fallbacks and the models for lesser work.</summary>
internal static class ModelChoiceReader
{
    public static AgentDefinition Read(YamlFields agent, AgentPlaces places, SourceErrors errors, AgentDefinition definition)
    {
        if (agent.Take("model") is not YamlMap map)
        {
            var name = agent.Text("model");
            Place(places, "model", name);
            return definition with { Model = name?.Text ?? definition.Model };
        }

        var fields = new YamlFields(map, "'model'", errors);
        var use = fields.Text("use");
        var extraction = fields.Text("extraction");
        var summaries = fields.Text("summaries");
        List<ModelFallback> fallbacks = [];
        foreach (var item in fields.Mappings("fallback", "{ model: strong, on: [rateLimit, unavailable, timeout] }"))
        {
            if (ReadFallback(item, places, errors) is { } fallback)
            {
                fallbacks.Add(fallback);
            }
        }

        fields.Done();
        Place(places, "model", use);
        Place(places, "extraction", extraction);
        Place(places, "summaries", summaries);
        return definition with
        {
            Model = use?.Text ?? definition.Model,
            Fallback = fallbacks,
            ExtractionModel = extraction?.Text,
            SummaryModel = summaries?.Text,
        };
    }

    private static ModelFallback? ReadFallback(YamlMap item, AgentPlaces places, SourceErrors errors)
    {
        var fields = new YamlFields(item, "a fallback", errors);
        var model = fields.RequireText("model", "strong");
        var reasons = fields.Texts("on", "rateLimit");
        foreach (var reason in reasons ?? [])
        {
            if (!ModelFallback.Reasons.Contains(reason.Text))
            {
                errors.Add(reason, $"'{YamlScalar.Shorten(reason.Text)}' is no reason to fall over.{NearestName.Hint(reason.Text, ModelFallback.Reasons)} Reasons: {string.Join(", ", ModelFallback.Reasons)}.");
            }
        }

        fields.Done();
        Place(places, "fallback", model);
        return model is null ? null : new ModelFallback(model.Text, reasons is null ? ModelFallback.Usual : [.. reasons.Select(reason => reason.Text)]);
    }

    private static void Place(AgentPlaces places, string field, YamlScalar? name)
    {
        if (name is not null)
        {
            places.Add(field, name.Text, name.Line, name.Column);
        }
    }
}
