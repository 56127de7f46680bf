using KernelHost.Text;
using Microsoft.SemanticKernel;

namespace KernelHost.Prompts;

/// <summary>
/// Renders prompt templates in Semantic Kernel's language: <c>{{$variable}}</c>. A template is text of a plugin, so it may not call
/// functions: it is rendered with an empty kernel, and one that tries is refused before.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
public static class PromptRenderer
{
    // Values come from agent files, not from users, and go into instructions, not into markup: 'AT&T' shall stay 'AT&T'.
    private static readonly KernelPromptTemplateFactory Factory = new() { AllowDangerouslySetContent = true };

    /// <summary>Why a template can never be rendered; <see langword="null"/> when it can.</summary>
    /// <param name="template">The text of the template.</param>
    public static string? Validate(string template)
    {
        ArgumentNullException.ThrowIfNull(template);
        return TryParse(template, out _, out _, out var problem) ? null : problem;
    }

    /// <summary>The variables a template needs, without repetition, in the order of the text.</summary>
    /// <param name="template">The text of the template.</param>
    /// <exception cref="PromptException">The template can never be rendered.</exception>
    public static IReadOnlyList<string> Variables(string template)
    {
        ArgumentNullException.ThrowIfNull(template);
        return TryParse(template, out _, out var variables, out var problem) ? variables : throw new PromptException(problem);
    }

    /// <summary>Fills the variables in.</summary>
    /// <param name="template">The text of the template.</param>
    /// <param name="variables">Values by name, without regard to case. More than the template uses are fine.</param>
    /// <param name="cancellationToken">Cancels the rendering.</param>
    /// <exception cref="PromptException">The template can never be rendered, or a variable is missing.</exception>
    public static async Task<string> RenderAsync(string template, IReadOnlyDictionary<string, string> variables, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(variables);
        if (!TryParse(template, out var parsed, out var needed, out var problem))
        {
            throw new PromptException(problem);
        }

        // Most templates are plain text; they do not wake the template engine.
        if (parsed is null)
        {
            return template;
        }

        var arguments = new KernelArguments();
        foreach (var (name, value) in variables)
        {
            arguments[name] = value;
        }

        if (needed.FirstOrDefault(name => !arguments.ContainsName(name)) is { } missing)
        {
            throw new PromptException($"The template needs the variable '{missing}', which has no value.{NearestName.Hint(missing, variables.Keys)} "
                + $"Add it to 'variables'; the template uses: {string.Join(", ", needed)}.");
        }

        try
        {
            return await parsed.RenderAsync(new Kernel(), arguments, cancellationToken);
        }
        catch (KernelException exception)
        {
            throw new PromptException($"The template cannot be rendered: {exception.Message}", exception);
        }
    }

    private static bool TryParse(string template, out IPromptTemplate? parsed, out IReadOnlyList<string> variables, out string problem)
    {
        (parsed, variables, problem) = (null, [], "");
        if (!template.Contains("{{", StringComparison.Ordinal))
        {
            return true;
        }

        var names = new List<string>();
        if (FunctionCall(template, names) is { } call)
        {
            problem = $"The template calls the function '{YamlScalar.Shorten(call)}', and templates cannot call functions. Use only variables such as '{{{{$company}}}}'.";
            return false;
        }

        // Semantic Kernel compares names without case when it renders but with case when it decides what to encode as markup.
        var configuration = new PromptTemplateConfig(template) { InputVariables = [.. names.Distinct().Select(name => new InputVariable { Name = name })] };
        try
        {
            parsed = Factory.Create(configuration);
        }
        catch (KernelException exception)
        {
            problem = $"The template is not valid: {exception.Message}";
            return false;
        }

        variables = [.. names.Distinct(StringComparer.OrdinalIgnoreCase)];
        return true;
    }

    // The body of the first block that is neither a variable nor a quoted value; the variables before it go to NAMES. Follows Semantic Kernel's tokeniser: the last '{{' before
    // the end opens the block, and quotes hide what they hold.
    private static string? FunctionCall(string template, List<string> names)
    {
        var start = -1;
        var quote = '\0';
        for (var i = 0; i < template.Length - 1; i++)
        {
            var character = template[i];
            if (quote != '\0')
            {
                if (character == '\\' && template[i + 1] is '\'' or '"' or '\\')
                {
                    i++;
                }
                else if (character == quote)
                {
                    quote = '\0';
                }
            }
            else if (character == '{' && template[i + 1] == '{')
            {
                start = i + 2;
            }
            else if (start >= 0 && character is '\'' or '"')
            {
                quote = character;
            }
            else if (start >= 0 && character == '}' && template[i + 1] == '}')
            {
                var body = template.AsSpan(Math.Min(start, i), Math.Max(0, i - start)).Trim();
                if (body.StartsWith('$') && body.Length > 1)
                {
                    names.Add(body[1..].ToString());
                }
                else if (!body.IsEmpty && body[0] is not ('$' or '\'' or '"'))
                {
                    return body.ToString();
                }

                start = -1;
            }
        }

        return null;
    }
}
