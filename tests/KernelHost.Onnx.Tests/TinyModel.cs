namespace KernelHost.Onnx.Tests;

/// <summary>A directory with a model of nine tokens: the vector of each token is one of the unit vectors.</summary>
internal sealed class TinyModel : IDisposable
{
    public static readonly string[] Vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "hello", "world", "un", "##known", "[MASK]"];

    public TinyModel(byte[]? model = null)
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("kernelhost-onnx-").FullName;
        File.WriteAllBytes(ModelFile, model ?? OnnxWriter.Lookup(Units));
        File.WriteAllLines(VocabularyFile, Vocabulary);
    }

    public static float[][] Units { get; } = [.. Vocabulary.Select((_, row) => Vocabulary.Select((_, column) => row == column ? 1f : 0).ToArray())];

    /// <summary>A table of one column: what each token weighs, 0 where nothing is said.</summary>
    public static float[][] Weights(params (string Token, float Weight)[] weights) =>
        [.. Vocabulary.Select(token => new[] { weights.FirstOrDefault(weight => weight.Token == token).Weight })];

    public string Directory { get; }

    public string ModelFile => Path.Combine(Directory, "model.onnx");

    public string VocabularyFile => Path.Combine(Directory, "vocab.txt");

    public OnnxModelOptions Options => new() { Model = Directory };

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
