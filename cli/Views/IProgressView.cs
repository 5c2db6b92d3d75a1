namespace Plumbline.Cli.Views;

/// <summary>Tells the user how the experiment goes.</summary>
internal interface IProgressView
{
    /// <summary>Shows an event of the pipeline.</summary>
    void Show(object message);

    /// <summary>Says something besides.</summary>
    void Note(string text);
}
