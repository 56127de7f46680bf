using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant.Search;

/// <summary>One leg of a search as the server is asked for it.</summary>
/// <param name="Vector">Its place among the vector legs; <see langword="null"/> for the keywords.</param>
/// <param name="Using">The vector that is compared.</param>
/// <param name="Query">What it is compared with.</param>
/// <param name="Parameters">How the server searches.</param>
/// <param name="Weight">The weight in the fusion.</param>
/// <param name="Depth">How many records it brings to the fusion.</param>
/// <param name="Threshold">What scores must be better than.</param>
internal sealed record SearchLeg(int? Vector, string Using, Query Query, SearchParams Parameters, float Weight, int Depth, float? Threshold);
