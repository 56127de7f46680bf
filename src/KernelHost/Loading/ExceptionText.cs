namespace KernelHost.Loading;

/// <summary>What an exception of a plugin says. Its type is the plugin's too, so even asking may throw.</summary>
internal static class ExceptionText
{
    public static string Full(Exception exception) => Ask(exception, static exception => exception.ToString());

    public static string Message(Exception exception) => Ask(exception, static exception => exception.Message);

    private static string Ask(Exception exception, Func<Exception, string> ask)
    {
        try
        {
            return ask(exception);
        }
#pragma warning disable CA1031 // Whatever it throws, there is nothing more to learn from it.
        catch (Exception)
#pragma warning restore CA1031
        {
            return $"{exception.GetType().FullName}, which does not let itself be read";
        }
    }
}
