using System.Globalization;

namespace KernelHost.Memory.Ingestion;

/// <summary>
/// The keys of the records of a document. They begin with the source, so that equal scores are ordered by it, and a chunk's ends with its content, so that one
/// that did not change keeps its key when others come before it.
/// </summary>
internal sealed class DocumentKeys(string? tenant, string source)
{
    // What follows the last '#' is ours, so that no source can spell the key of another one. An escaped tenant has no '|'.
    private readonly string _prefix = tenant is null ? source : $"{Uri.EscapeDataString(tenant)}|{source}";

    public string Document => $"{_prefix}#d";

    /// <summary>The keys of several chunks or sections; those of equal content are numbered.</summary>
    /// <param name="kind"><c>c</c> for chunks, <c>s</c> for sections.</param>
    /// <param name="ids">The ids in their order.</param>
    public IReadOnlyList<string> Number(char kind, IEnumerable<string> ids)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        List<string> keys = [];
        foreach (var id in ids)
        {
            seen[id] = seen.GetValueOrDefault(id) + 1;
            keys.Add(string.Create(CultureInfo.InvariantCulture, $"{_prefix}#{kind}{id}.{seen[id]}"));
        }

        return keys;
    }

    /// <summary>The keys of all that a collection holds of a document.</summary>
    public IEnumerable<string> All(DocumentState state) =>
        [Document, .. Number('c', state.Chunks.Where(static chunk => chunk.KeptBy is null).Select(static chunk => chunk.Id)), .. Number('s', state.Sections)];
}
