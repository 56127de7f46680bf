using KernelHost.Text;

namespace KernelHost.Policy;

/// <summary>Reads the fields <c>untrusted</c> and <c>endorse</c> of a rule.</summary>
internal static class UntrustedArgumentsReader
{
    public static UntrustedArguments Read(YamlFields fields, Verdict? verdict, string owner, SourceErrors errors)
    {
        var condition = fields.Take("untrusted");
        var any = condition is YamlScalar { Kind: YamlKind.Flag, IsTrue: true };
        var named = condition is null || any ? null : fields.TextsOf("untrusted", condition, "order_id", "'true'");
        var endorsed = fields.Texts("endorse", "order_id");
        if (condition is not null && verdict == Verdict.Allow)
        {
            errors.Add(condition, $"The field 'untrusted' of {owner} says when to ask or to deny. To allow values of untrusted content, name their arguments in 'endorse'.");
        }

        if (endorsed is { Count: > 0 } && verdict is Verdict.Ask or Verdict.Deny)
        {
            errors.Add(endorsed[0], $"The field 'endorse' of {owner} says what need not be asked about, but the rule does not allow anything. Remove the field, or use 'untrusted'.");
        }

        return condition is null && endorsed is null ? UntrustedArguments.NotNamed : new UntrustedArguments(any, named, endorsed);
    }
}
