using KernelHost.Text;

namespace KernelHost.Policy;

/// <summary>What is wrong with an argument. The place is put together from the inside out, so that a good call pays nothing for it.</summary>
/// <param name="Place">The argument, or the place within it: <c>items[2].sku</c>.</param>
/// <param name="Text">What is wrong, as the end of a sentence that the argument begins.</param>
internal readonly record struct Fault(string Place, string Text)
{
    // A model repeats thousands of faults as easily as one, so the message has an end.
    private const int Shown = 10;

    public static void Add(ref List<Fault>? faults, string text, string place = "") => (faults ??= []).Add(new Fault(place, text));

    /// <summary>Puts <paramref name="prefix"/> before the place of every fault from <paramref name="start"/> on.</summary>
    public static void Within(List<Fault>? faults, int start, string prefix)
    {
        for (var i = start; i < faults?.Count; i++)
        {
            faults[i] = faults[i] with { Place = prefix + faults[i].Place };
        }
    }

    public static string Join(List<Fault> faults) =>
        string.Join(' ', faults.Take(Shown).Select(fault => $"Argument '{YamlScalar.Shorten(fault.Place)}' {fault.Text}"))
        + (faults.Count > Shown ? $" And {faults.Count - Shown} more." : "");
}
