namespace Plumbline.Paths;

/// <summary>
/// The node that a trial is to be measured on is not there: the trial was asked for again after its experiment had ended, or someone
/// has removed the node.
/// </summary>
public sealed class NodeGoneException(string message) : Exception(message);
