using System.Text;

namespace KernelHost.Runs.Journal.Forgetting;

/// <summary>Searches the bytes of files for texts, past every structure in them.</summary>
/// <param name="paths">The files; one that does not exist holds nothing.</param>
/// <param name="texts">What to look for, in UTF-8.</param>
internal sealed class FileSearch(IReadOnlyList<string> paths, IReadOnlyList<string> texts)
{
    private const int Piece = 1 << 20;

    private readonly byte[][] _texts = [.. texts.Select(static text => Encoding.UTF8.GetBytes(text))];

    /// <summary>Whether any of the files holds any of the texts. A text that is cut by the pages of a database is not seen.</summary>
    public bool Finds() => paths.Where(File.Exists).Any(Finds);

    private bool Finds(string path)
    {
        var overlap = _texts.Max(static text => text.Length) - 1;
        var buffer = new byte[Piece + overlap];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var kept = 0;
        while (true)
        {
            var read = file.ReadAtLeast(buffer.AsSpan(kept), Piece, throwOnEndOfStream: false);
            var piece = buffer.AsSpan(0, kept + read);
            foreach (var text in _texts)
            {
                if (piece.IndexOf(text) >= 0)
                {
                    return true;
                }
            }

            if (read < Piece)
            {
                return false;
            }

            kept = Math.Min(overlap, piece.Length);
            piece[^kept..].CopyTo(buffer);
        }
    }
}
