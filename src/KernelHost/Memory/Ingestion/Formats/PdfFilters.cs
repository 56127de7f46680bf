using System.IO.Compression;
using UglyToad.PdfPig.Filters;
using UglyToad.PdfPig.Tokens;

namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>Unpacks the streams of a PDF, each only after it is known how large it becomes.</summary>
internal sealed class PdfFilters(DocumentInput input) : IFilterProvider
{
    private readonly IFilterProvider _inner = DefaultFilterProvider.Instance;
    private long _unpacked;

    public IReadOnlyList<IFilter> GetFilters(DictionaryToken dictionary) => Bound(_inner.GetFilters(dictionary));

    public IReadOnlyList<IFilter> GetNamedFilters(IReadOnlyList<NameToken> names) => Bound(_inner.GetNamedFilters(names));

    public IReadOnlyList<IFilter> GetAllFilters() => Bound(_inner.GetAllFilters());

    private IFilter[] Bound(IReadOnlyList<IFilter> filters) => [.. filters.Select(filter => new BoundFilter(filter, this))];

    private void Spend(long bytes)
    {
        input.CancellationToken.ThrowIfCancellationRequested();
        _unpacked += bytes;
        if (_unpacked > input.Limits.UnpackedBytes)
        {
            throw new DocumentRefusedException("It unpacks to far more than a document holds; it may be made to exhaust memory.");
        }
    }

    private sealed class BoundFilter(IFilter inner, PdfFilters owner) : IFilter
    {
        // No encoder of today writes these for text, and how much they become is known only when it is too late.
        private const int MostOldEncoding = 1024 * 1024;

        public bool IsSupported => inner.IsSupported;

        public Memory<byte> Decode(Memory<byte> input, DictionaryToken streamDictionary, IFilterProvider filterProvider, int filterIndex)
        {
            switch (inner)
            {
                case FlateFilter:
                    Measure(input);
                    break;
                case LzwFilter or RunLengthFilter when input.Length > MostOldEncoding:
                    throw new DocumentRefusedException("It has a large stream in an old encoding (LZW or run lengths). Save it anew.");
                default:
                    owner.Spend(input.Length);
                    break;
            }

            return inner.Decode(input, streamDictionary, filterProvider, filterIndex);
        }

        private void Measure(Memory<byte> packed)
        {
            using var stream = new ZLibStream(new MemoryStream(packed.ToArray(), writable: false), CompressionMode.Decompress);
            var buffer = new byte[81920];
            try
            {
                while (stream.Read(buffer) is > 0 and var read)
                {
                    owner.Spend(read);
                }
            }
            catch (InvalidDataException)
            {
                // What follows the damage cannot be unpacked by the filter either; it makes of the rest what it can.
            }
        }
    }
}
