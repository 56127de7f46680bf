using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace KernelHost.Text;

/// <summary>
/// Reads a YAML file that a person wrote into values with places. It works on the parser's events: the object deserialiser of the
/// library scans types at start-up and reports one error at a time. What a configuration file never needs is refused because it
/// hides meaning or grows without bound: anchors, aliases, tags, duplicate keys, several documents, deep nesting.
/// </summary>
internal sealed class YamlReader
{
    public const int MaximumBytes = 1024 * 1024;
    public const int MaximumDepth = 32;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Parser _parser;
    private readonly SourceErrors _errors;

    private YamlReader(string text, SourceErrors errors)
    {
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
        _errors = errors;
    }

    /// <summary>The text of a file, or <see langword="null"/> with an error.</summary>
    public static string? ReadFile(string path, SourceErrors errors)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var buffer = new byte[(int)Math.Min(stream.Length, MaximumBytes) + 1];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (length > MaximumBytes)
            {
                errors.Add(0, 0, "The file is larger than 1 MB. Split it, or check that it is the file you mean.");
                return null;
            }

            ReadOnlySpan<byte> bytes = buffer.AsSpan(0, length);
            return StrictUtf8.GetString(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[3..] : bytes);
        }
        catch (DecoderFallbackException)
        {
            errors.Add(0, 0, "The file is not UTF-8 text. Save it as UTF-8.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            errors.Add(0, 0, exception is FileNotFoundException or DirectoryNotFoundException
                ? "The file does not exist. Check the path."
                : $"The file cannot be read: {exception.Message}");
        }

        return null;
    }

    /// <summary>The mapping at the top of <paramref name="text"/>, or <see langword="null"/> when there is none. Adds what is wrong to <paramref name="errors"/>.</summary>
    public static YamlMap? Read(string text, SourceErrors errors)
    {
        // Characters bound bytes from below, which is all that the limit is for.
        if (text.Length > MaximumBytes)
        {
            errors.Add(0, 0, "The text is larger than 1 MB. Split it.");
            return null;
        }

        var reader = new YamlReader(text, errors);
        try
        {
            return reader.ReadDocument();
        }
        catch (YamlException exception)
        {
            errors.Add((int)exception.Start.Line, (int)exception.Start.Column, $"This is not valid YAML: {VisibleText.Escape(exception.Message)}");
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or FormatException or OverflowException or NullReferenceException)
        {
            // The library's scanner fails this way on some malformed input, such as a flow mapping that ends in a line of plain text.
            var (line, column) = reader._parser.Current is { } last ? ((int)last.End.Line, (int)last.End.Column) : (1, 1);
            errors.Add(line, column, "This is not valid YAML: nothing after this place can be understood. Check brackets, quotes and indentation.");
        }
        catch (TooDeepException exception)
        {
            errors.Add(exception.Line, exception.Column, $"Nested deeper than {MaximumDepth} levels. Flatten it.");
        }

        return null;
    }

    private YamlMap? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            _errors.Add(1, 1, "The file is empty. It must be a mapping of fields to values.");
            return null;
        }

        _parser.Consume<DocumentStart>();
        var value = ReadValue(depth: 1);
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
        {
            _errors.Add((int)second.Start.Line, (int)second.Start.Column, "The file holds a second document. Remove the line '---' and what follows.");
        }

        if (value is YamlMap map)
        {
            return map;
        }

        _errors.Add(value, $"The file must be a mapping of fields to values, but is {value.Describe()}.");
        return null;
    }

    private YamlValue ReadValue(int depth)
    {
        var next = _parser.Consume<ParsingEvent>();
        var (line, column) = ((int)next.Start.Line, (int)next.Start.Column);
        if (depth > MaximumDepth)
        {
            throw new TooDeepException(line, column);
        }

        if (next is NodeEvent node)
        {
            RefuseTagAndAnchor(node, line, column);
        }

        return next switch
        {
            Scalar scalar => new YamlScalar(line, column, scalar.Value, scalar.Style == ScalarStyle.Plain),
            SequenceStart => ReadList(line, column, depth),
            MappingStart => ReadMap(line, column, depth),
            AnchorAlias alias => RefuseAlias(alias, line, column),
            _ => throw new YamlException(next.Start, next.End, $"unexpected {next.GetType().Name}"),
        };
    }

    private YamlList ReadList(int line, int column, int depth)
    {
        var items = new List<YamlValue>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadValue(depth + 1));
        }

        return new YamlList(line, column, items);
    }

    private YamlMap ReadMap(int line, int column, int depth)
    {
        var entries = new List<YamlEntry>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadValue(depth + 1);
            var value = ReadValue(depth + 1);
            if (key is not YamlScalar name)
            {
                _errors.Add(key, $"A field name must be text, but is {key.Describe()}.");
            }
            else if (!places.TryAdd(name.Text, name.Line))
            {
                _errors.Add(name, $"The field '{YamlScalar.Shorten(name.Text)}' stands here a second time; the first is in line {places[name.Text]}. Keep one.");
            }
            else
            {
                entries.Add(new YamlEntry(name, value));
            }
        }

        return new YamlMap(line, column, entries);
    }

    private void RefuseTagAndAnchor(NodeEvent node, int line, int column)
    {
        if (!node.Anchor.IsEmpty)
        {
            _errors.Add(line, column, $"The anchor '&{node.Anchor.Value}' is refused. Write the value out.");
        }

        // A quoted scalar carries the non-specific tag '!' only when somebody wrote one.
        if (!node.Tag.IsEmpty)
        {
            _errors.Add(line, column, $"The tag '{VisibleText.Escape(node.Tag.Value)}' is refused. Remove it.");
        }
    }

    private YamlScalar RefuseAlias(AnchorAlias alias, int line, int column)
    {
        _errors.Add(line, column, $"The alias '*{alias.Value}' is refused. Write the value out; text that starts with '*' goes in quotes.");
        return new YamlScalar(line, column, "", plain: false);
    }

    // The parser itself does not recurse, so the depth of the file must be stopped before it becomes the depth of our stack.
    private sealed class TooDeepException(int line, int column) : Exception
    {
        public int Line { get; } = line;

        public int Column { get; } = column;
    }
}
