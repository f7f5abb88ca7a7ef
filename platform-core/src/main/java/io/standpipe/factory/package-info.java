/** Steps of a pipeline that are Java classes, and what they get from each other. */
package io.standpipe.factory;
