-- Title: A model or notebook service reads or writes a bucket
-- Severity: medium
-- Technique: T1648
-- Phase: collection
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: knowledge bases, data sources and jobs of Bedrock and SageMaker over buckets, and their outputs.
-- Misses: prompts; jobs that were there before.
-- Parameters: none
-- Origin: Elastic: AWS Bedrock Knowledge Base or RAG Data Source Tampering (2026-08-21)
-- Blind spot: What a job reads is logged under its role.
-- False positive: Data scientists at work.
SELECT *, eventname || ' ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.dataSourceConfiguration.s3Configuration.bucketArn'), json_extract_scalar(requestparameters, '$.outputDataConfig.s3Uri'), json_extract_scalar(requestparameters, '$.outputDataConfig.s3OutputDataConfig.s3Uri'), json_extract_scalar(requestparameters, '$.processingOutputConfig.outputs[0].s3Output.s3Uri'), json_extract_scalar(requestparameters, '$.outputDataConfig.s3OutputPath'), json_extract_scalar(requestparameters, '$.transformOutput.s3OutputPath'), json_extract_scalar(requestparameters, '$.knowledgeBaseId'), json_extract_scalar(requestparameters, '$.name')), '') AS detail,
  coalesce(json_extract_scalar(requestparameters, '$.dataSourceConfiguration.s3Configuration.bucketArn'), json_extract_scalar(requestparameters, '$.outputDataConfig.s3Uri'), json_extract_scalar(requestparameters, '$.outputDataConfig.s3OutputDataConfig.s3Uri'), json_extract_scalar(requestparameters, '$.processingOutputConfig.outputs[0].s3Output.s3Uri'), json_extract_scalar(requestparameters, '$.outputDataConfig.s3OutputPath'), json_extract_scalar(requestparameters, '$.transformOutput.s3OutputPath')) AS target,
  CASE WHEN eventname IN ('CreateKnowledgeBase', 'StartIngestionJob', 'DeleteDataSource', 'UpdateDataSource', 'DeleteKnowledgeBase') THEN 'low' END AS severity
FROM case_events
WHERE ((eventsource = 'bedrock.amazonaws.com' AND eventname IN ('CreateKnowledgeBase', 'CreateDataSource', 'UpdateDataSource', 'DeleteDataSource', 'DeleteKnowledgeBase',
      'StartIngestionJob', 'CreateModelInvocationJob', 'CreateModelCustomizationJob', 'IngestKnowledgeBaseDocuments'))
    OR (eventsource = 'sagemaker.amazonaws.com' AND eventname IN ('CreateProcessingJob', 'CreateTrainingJob', 'CreateTransformJob', 'CreateAutoMLJob')))
  AND principal_type IS DISTINCT FROM 'AWSService' AND invoked_by IS NULL
