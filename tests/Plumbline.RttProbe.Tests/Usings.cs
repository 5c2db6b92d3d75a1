global using Plumbline.Contracts;
global using Xunit;
