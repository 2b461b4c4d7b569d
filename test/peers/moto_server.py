"""moto's server on a free port of the loopback, said as JSON on the first line; ends when its standard input does.

Two faults of moto 5.2.1's ASL interpreter are mended at launch, as its own authors mean to (both issues are open):

10077  A state machine is copied in depth for every execution, its executions with their thread locks included, so that
       a second StartExecution is an HTTP 500. Nothing changes a machine here: a shallow copy will do.
10076  states:startExecution hands `StateMachineArn` and `Input` to boto as they are in ASL, where the members are called
       `stateMachineArn` and `input`, and the answer back likewise. The converters are there, but nobody calls them.
"""

import copy
import json
import os
import sys
import threading
from types import SimpleNamespace

import botocore.session
import moto
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.stepfunctions.parser import models as interpreter
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from werkzeug.serving import make_server

NESTED = "stepfunctions"
MODEL = botocore.session.get_session().get_service_model(NESTED)
OPERATIONS = {"start_execution": "StartExecution", "describe_execution": "DescribeExecution"}


def operation(task, action):
    return MODEL.operation_model(OPERATIONS[task._get_boto_service_action(action)])


def to_boto(task, parameters, boto_service_name=None, service_action_name=None):
    if task._get_boto_service_name(boto_service_name) == NESTED:
        task._to_boto_request(parameters, operation(task, service_action_name).input_shape)


def from_boto(task, response, boto_service_name=None, service_action_name=None):
    if task._get_boto_service_name(boto_service_name) == NESTED:
        task._from_boto_response(response, operation(task, service_action_name).output_shape)


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


interpreter.copy = SimpleNamespace(copy=copy.copy, deepcopy=copy.copy)
StateTaskService._normalise_parameters = to_boto
StateTaskService._normalise_response = from_boto
server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
print(json.dumps({"port": server.port, "version": moto.__version__}), flush=True)
threading.Thread(target=end_with_parent, daemon=True).start()
server.serve_forever()
