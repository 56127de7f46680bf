using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace KernelHost.Memory.Ingestion;

/// <summary>What all chunks of an ingestion are labelled with.</summary>
/// <param name="Tenant">The tenant, in a collection that tenants share.</param>
/// <param name="Readers">Who may see them, in ordinal order; <see langword="null"/> for everybody.</param>
/// <param name="Integrity">How far the text is trusted.</param>
/// <param name="Ingester">Who brings them.</param>
internal sealed record DocumentLabels(string? Tenant, IReadOnlyList<string>? Readers, Integrity Integrity, string Ingester)
{
    public static DocumentLabels Of(IngestRequest request) => new(
        request.Tenant,
        request.Readers.Count == 0 ? null : [.. request.Readers.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        request.Integrity,
        request.Ingester);

    /// <summary>Equal for labels that are equal. Documents whose labels differ never stand for one another.</summary>
    public string Id => field ??= Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        JsonSerializer.Serialize(new object?[] { Tenant, Readers, IntegrityName, Ingester }))))[..16];

    /// <summary>The integrity as records hold it.</summary>
    public string IntegrityName => Integrity switch
    {
        Integrity.Trusted => "trusted",
        Integrity.Typed => "typed",
        _ => "untrusted",
    };
}
