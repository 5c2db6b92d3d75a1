namespace Plumbline.Cli.Views;

/// <summary>Shows an experiment's progress to the user.</summary>
internal interface IProgressView
{
    /// <summary>Shows an event of the pipeline.</summary>
    void Show(object message);

    /// <summary>Shows a remark.</summary>
    void Note(string text);
}
