using System.Text.Json;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Runs.Approvals;

/// <summary>What the model reads of a call whose arguments a person changed: that it happened, with what, and the result.</summary>
internal static class EditedResult
{
    private const string Note = "A person changed the arguments of this call before it was made.";

    public static object Create(IDictionary<string, object?> arguments, object? result)
    {
        var changed = JournalProjection.ArgumentsElement(arguments);
        return JsonSerializer.SerializeToElement(
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["note"] = Note, ["arguments"] = changed, ["result"] = result },
            RunEventJson.Default.DictionaryStringObject);
    }

    public static string Create(IDictionary<string, object?> arguments, string error) =>
        $"A person changed the arguments of this call to {JournalProjection.ArgumentsElement(arguments).GetRawText()}. {error}";
}
