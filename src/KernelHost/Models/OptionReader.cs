using System.Globalization;
using KernelHost.Text;
using Microsoft.Extensions.Configuration;

namespace KernelHost.Models;

/// <summary>
/// Reads the settings of one section and notes what is wrong instead of throwing. The configuration binder stops at the first fault
/// and passes over misspelt names, which would leave a host on the offline model without a word.
/// </summary>
internal sealed class OptionReader
{
    private readonly IConfigurationSection _section;
    private readonly List<string> _errors;

    public OptionReader(IConfigurationSection section, string[] settings, List<string> errors)
    {
        (_section, _errors) = (section, errors);
        if (section.Value is { Length: > 0 })
        {
            errors.Add($"{section.Path} is a single value. Make it a section with the settings {string.Join(", ", settings)}.");
        }

        foreach (var child in section.GetChildren())
        {
            if (!settings.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            {
                errors.Add($"{child.Path} is no setting. Remove it or use one of {string.Join(", ", settings)}.{NearestName.Hint(child.Key, settings)}");
            }
        }
    }

    /// <summary>A section that sets anything must say for whom: a forgotten provider would quietly mean offline.</summary>
    public void RequireProvider(string[] providers)
    {
        if (Text("Provider") is null && _section.GetChildren().Any())
        {
            _errors.Add($"{_section.Path}:Provider is missing. Set it to one of {string.Join(", ", providers.Select(name => $"'{name}'"))}.");
        }
    }

    /// <summary>An empty value counts as not set, which is how an environment variable is unset in a container.</summary>
    public string? Text(string name) => _section[name] is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    public int? WholeNumber(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        _errors.Add($"{_section.Path}:{name} is '{text}'. Use a whole number.");
        return null;
    }

    public float? Number(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (float.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        _errors.Add($"{_section.Path}:{name} is '{text}'. Use a number with a point, like '0.2'.");
        return null;
    }

    public bool? Flag(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (bool.TryParse(text, out var flag))
        {
            return flag;
        }

        _errors.Add($"{_section.Path}:{name} is '{text}'. Use 'true' or 'false'.");
        return null;
    }

    public T? Choice<T>(string name)
        where T : struct, Enum
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        // Names only: TryParse would also take numbers.
        if (Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            return Enum.Parse<T>(text, ignoreCase: true);
        }

        _errors.Add($"{_section.Path}:{name} is '{text}'. Use one of {string.Join(", ", Enum.GetNames<T>().Select(static choice => $"'{choice.ToLowerInvariant()}'"))}.");
        return null;
    }

    /// <summary>An amount of money without its currency.</summary>
    public decimal? Price(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var price) && price <= 1_000_000)
        {
            return price;
        }

        _errors.Add($"{_section.Path}:{name} is '{text}'. Use an amount per million tokens from 0 to 1000000 with a point, like '0.15'.");
        return null;
    }

    public Uri? Address(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        // What is absolute but of another scheme is left to the validator, which knows the provider.
        if (Uri.TryCreate(text, UriKind.Absolute, out var address))
        {
            return address;
        }

        _errors.Add($"{_section.Path}:{name} is no absolute address. Write it like 'https://api.openai.com/v1'.");
        return null;
    }
}
