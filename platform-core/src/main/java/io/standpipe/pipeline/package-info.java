/** Pipelines: from YAML to a checked plan, its run and its report. */
package io.standpipe.pipeline;
