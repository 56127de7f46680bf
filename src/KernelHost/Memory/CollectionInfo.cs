namespace KernelHost.Memory;

/// <summary>What a collection holds.</summary>
/// <param name="Name">The name.</param>
/// <param name="Documents">How many documents can be found in it.</param>
/// <param name="Chunks">How many pieces they were cut into.</param>
/// <param name="EmbeddingModel">The id of the model that made its vectors.</param>
/// <param name="Dimensions">The length of its vectors; 0 while it is empty.</param>
public sealed record CollectionInfo(string Name, int Documents, int Chunks, string EmbeddingModel, int Dimensions);
