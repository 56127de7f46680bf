using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using KernelHost.Models;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Tokenizers;

namespace KernelHost.Onnx;

/// <summary>A model with its vocabulary: token ids in, one tensor of floats out. Thread-safe.</summary>
internal sealed class OnnxTransformer : IDisposable
{
    private const string Provider = "onnx";

    private readonly InferenceSession _session;
    private readonly BertTokenizer _tokenizer;

    private OnnxTransformer(string id, InferenceSession session, BertTokenizer tokenizer) => (Id, _session, _tokenizer) = (id, session, tokenizer);

    /// <summary>Names the model by its content, so that another file of the same name is another model: <c>onnx/{name}@{hash}</c>.</summary>
    public string Id { get; }

    public BertTokenizer Tokenizer => _tokenizer;

    /// <summary>The length of the last dimension of the output, where the model says.</summary>
    public int? OutputLength => _session.OutputMetadata[_session.OutputNames[0]].Dimensions is [.., > 0 and var length] ? length : null;

    /// <param name="options">Where it is.</param>
    /// <param name="section">The section of the configuration that says so.</param>
    /// <exception cref="ModelException">A file is missing or is not what it should be.</exception>
    public static OnnxTransformer Load(OnnxModelOptions options, string section)
    {
        var (model, vocabulary) = (options.ModelPath, options.VocabularyPath);
        Require(model, $"The ONNX model '{model}' does not exist. Set {section}:Model to the model's file, or to a directory with 'model.onnx'.");
        Require(vocabulary, $"The vocabulary '{vocabulary}' of the ONNX model does not exist. Put 'vocab.txt' beside the model, or set {section}:Vocabulary.");
        InferenceSession? session = null;
        try
        {
            session = new InferenceSession(model);
            var transformer = new OnnxTransformer(IdOf(options, model, vocabulary), session, WordPieces.Create(vocabulary, options.IsCased));
            session = null;
            return transformer;
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or IOException or ArgumentException or InvalidOperationException or InvalidDataException or DllNotFoundException or TypeInitializationException)
        {
            throw new ModelException(ModelErrorKind.Permanent, Provider, Path.GetFileName(model), $"The ONNX model '{model}' with the vocabulary '{vocabulary}' cannot be loaded: {FirstLine(exception)}", exception);
        }
        finally
        {
            session?.Dispose();
        }
    }

    /// <summary>The tokens of a text; what is beyond the greatest number is cut off.</summary>
    public int[] Encode(string text, int most, bool addSpecialTokens = false) => [.. _tokenizer.EncodeToIds(WordPieces.Clean(text), most, addSpecialTokens, out _, out _)];

    /// <summary>Runs the model on sequences of tokens, which are filled up to the length of the longest.</summary>
    /// <param name="sequences">The token ids of each text, and the segment of each token.</param>
    /// <returns>The values of the first output and their shape; its first dimension is the text.</returns>
    public (float[] Values, long[] Shape) Run(IReadOnlyList<(int[] Ids, int[] Segments)> sequences)
    {
        var length = sequences.Max(static sequence => sequence.Ids.Length);
        long[] shape = [sequences.Count, length];
        var ids = new long[sequences.Count * length];
        var mask = new long[ids.Length];
        var segments = new long[ids.Length];
        Array.Fill(ids, _tokenizer.PaddingTokenId);
        for (var i = 0; i < sequences.Count; i++)
        {
            for (var j = 0; j < sequences[i].Ids.Length; j++)
            {
                var at = (i * length) + j;
                (ids[at], mask[at], segments[at]) = (sequences[i].Ids[j], 1, sequences[i].Segments[j]);
            }
        }

        var inputs = new Dictionary<string, OrtValue>(StringComparer.Ordinal);
        try
        {
            foreach (var name in _session.InputNames)
            {
                inputs[name] = OrtValue.CreateTensorValueFromMemory(name switch
                {
                    "input_ids" => ids,
                    "attention_mask" => mask,
                    "token_type_ids" => segments,
                    _ => throw Refusal($"wants an input '{name}', which is not known. Known are input_ids, attention_mask and token_type_ids."),
                }, shape);
            }

            using var run = new RunOptions();
            using var outputs = _session.Run(run, inputs, [_session.OutputNames[0]]);
            return (outputs[0].GetTensorDataAsSpan<float>().ToArray(), outputs[0].GetTensorTypeAndShape().Shape);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ModelException(ModelErrorKind.Permanent, Provider, Id, $"The ONNX model '{Id}' could not be run: {FirstLine(exception)}", exception);
        }
        finally
        {
            foreach (var input in inputs.Values)
            {
                input.Dispose();
            }
        }
    }

    public ModelException Refusal(string what) => new(ModelErrorKind.Permanent, Provider, Id, $"The ONNX model '{Id}' {what}");

    public void Dispose() => _session.Dispose();

    // Everything that changes the vectors is in the id: the weights, the vocabulary, and how texts are cut and vectors joined.
    private static string IdOf(OnnxModelOptions options, string model, string vocabulary)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        foreach (var path in new[] { model, vocabulary })
        {
            using var file = File.OpenRead(path);
            for (int read; (read = file.Read(buffer)) > 0;)
            {
                hash.AppendData(buffer, 0, read);
            }
        }

        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{WordPieces.Version} {options.MaxTokens} {options.Pooling} {options.IsCased}")));
        var name = Path.GetFileNameWithoutExtension(model);
        name = name == "model" ? Path.GetFileName(Path.GetDirectoryName(model)) ?? name : name;
        return $"{Provider}/{name}@{Convert.ToHexStringLower(hash.GetHashAndReset())[..12]}";
    }

    private static void Require(string path, string message)
    {
        if (!File.Exists(path))
        {
            throw new ModelException(ModelErrorKind.Permanent, Provider, Path.GetFileName(path), message);
        }
    }

    private static string FirstLine(Exception exception) => (exception.GetBaseException().Message.Split('\n')[0]).Trim();
}
