using System.ComponentModel;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.SemanticKernel;

namespace TestPlugins.PlainKernelClass;

/// <summary>As it stands in many Semantic Kernel applications: none of our types, a service through the constructor, SK's special parameters.</summary>
public sealed class TimeTools(ILoggerFactory loggers)
{
    [KernelFunction, Description("Adds days to a date.")]
    [return: Description("The new date.")]
    public string AddDays([Description("The date.")] DateOnly date, int days, IFormatProvider culture) => date.AddDays(days).ToString("yyyy-MM-dd", culture);

    [KernelFunction("today")]
    public static string Now(CultureInfo culture) => $"today in '{culture.Name}'";

    [KernelFunction]
    public bool HasLog(ILogger logger) => logger is not null && loggers is not null;
}

/// <summary>No tools: not contributed.</summary>
public sealed class Unrelated;
