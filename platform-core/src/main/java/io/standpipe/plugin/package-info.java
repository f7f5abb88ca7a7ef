/**
 * Finds, checks and loads connector plug-ins.
 *
 * <p>The order is: {@link io.standpipe.plugin.PluginCatalog} looks at every JAR of the plug-in
 * folders without loading a class; {@link io.standpipe.plugin.PluginRuntime} loads the JARs that
 * are needed, one by one, and offers one class loader over all of them; {@link
 * io.standpipe.plugin.ContextClassLoader} makes that loader the context class loader around calls
 * into plug-ins. Whatever is wrong with a JAR becomes a {@link io.standpipe.plugin.PluginProblem};
 * the other plug-ins stay usable.
 */
package io.standpipe.plugin;
