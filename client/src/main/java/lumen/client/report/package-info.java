/**
 * What a streaming run found: figures as records, their JSON, a table for people, and the verdict with
 * every reason for a failure.
 */
package lumen.client.report;
