/** The connector {@code dynamodb}: Amazon DynamoDB tables. */
package io.standpipe.dynamodb;
